"""Forms of first page, sign-in and password."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy

from mujun.web.people.models import User
from mujun.web.people.passwords import is_setup_code


def _new_password(label: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(label=label, strip=False, max_length=200, widget=widget)


def _rules() -> str:
    return " ".join(str(text) for text in password_validators_help_texts())


class SignInForm(forms.Form):
    """User name and password."""

    username = forms.CharField(
        label=gettext_lazy("用户名"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(
        label=gettext_lazy("密码或一次性密码"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class _TwicePasswordForm(forms.Form):
    """A new password, twice; checked against the rules for ``self.person``."""

    person: User

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password"].help_text = _rules()

    def clean(self) -> dict[str, Any]:
        """Both the same, and by the rules."""
        data: dict[str, Any] = super().clean() or {}
        first, second = data.get("new_password"), data.get("repeated")
        if first and second and first != second:
            self.add_error("repeated", gettext("两次输入的密码不一致。"))
        elif first:
            try:
                validate_password(first, self.password_owner(data))
            except ValidationError as error:
                self.add_error("new_password", error)
        return data

    def password_owner(self, data: dict[str, Any]) -> User:
        """Whose password it will be, so that it is not their own name."""
        return self.person


class SetupForm(_TwicePasswordForm):
    """The first administrator; the set-up code keeps everybody out who only found the address."""

    code = forms.CharField(
        label=gettext_lazy("首次设置码"),
        max_length=60,
        help_text=gettext_lazy("启动 mujun serve 的窗口里印有这个码。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    username = forms.RegexField(
        r"^[\w.@-]+$",
        label=gettext_lazy("用户名"),
        max_length=60,
        error_messages={"invalid": gettext_lazy("用户名只能用文字、字母、数字和 . @ - _。")},
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )
    display_name = forms.CharField(label=gettext_lazy("姓名"), max_length=60)
    new_password = _new_password(gettext_lazy("密码"))
    repeated = _new_password(gettext_lazy("再输一次密码"))

    def clean_code(self) -> str:
        """The code must be that of this installation."""
        code: str = self.cleaned_data["code"]
        if not is_setup_code(code):
            raise ValidationError(gettext("首次设置码不正确。请照启动 mujun serve 的窗口里所印的输入。"))
        return code

    def password_owner(self, data: dict[str, Any]) -> User:
        """The account to be."""
        return User(username=data.get("username", ""), display_name=data.get("display_name", ""))


class PasswordForm(_TwicePasswordForm):
    """A new password of one's own; the present one (or the one-time code) is asked for first."""

    present = forms.CharField(
        label=gettext_lazy("现在的密码或一次性密码"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new_password = _new_password(gettext_lazy("新密码"))
    repeated = _new_password(gettext_lazy("再输一次新密码"))

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        self.person = person
        super().__init__(*args, **kwargs)

    def clean_present(self) -> str:
        """The present password must be right."""
        present: str = self.cleaned_data["present"]
        if not self.person.check_password(present):
            raise ValidationError(gettext("现在的密码不正确。"))
        return present

    def clean(self) -> dict[str, Any]:
        """The new one must differ."""
        data = super().clean()
        if data.get("present") and data.get("present") == data.get("new_password"):
            self.add_error("new_password", gettext("新密码不能与现在的密码相同。"))
        return data
