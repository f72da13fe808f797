"""Accounts, failed sign-ins and API tokens."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from mujun.web.people.rights import Role


class UserManager(BaseUserManager["User"]):
    """Looks accounts up by user name without regard to case."""

    def get_by_natural_key(self, username: str | None) -> User:
        """Return the account called ``username``; sign-in does not regard case."""
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """One person's account. Accounts are closed, never deleted: the log points at them."""

    username = models.CharField("用户名", max_length=60, unique=True)
    display_name = models.CharField("姓名", max_length=60)
    role = models.CharField("角色", max_length=20, choices=[(role.value, role.label) for role in Role])
    towns = models.JSONField("镇街", default=list, blank=True)
    unit = models.CharField("所在单位", max_length=100, blank=True, help_text="whose work this person does in a list")
    firm_id = models.CharField("统一社会信用代码", max_length=30, blank=True, db_index=True)
    must_change_password = models.BooleanField(default=False)
    code_expires_at = models.DateTimeField("一次性密码有效期", null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    left_on = models.DateField("离任日期", null=True, blank=True)
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="predecessors")
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        ordering = ["username"]
        constraints = [
            models.UniqueConstraint(
                Lower("username"), name="user_name_once", violation_error_message="这个用户名已经有人使用。"
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=[role.value for role in Role]),
                name="user_role_known",
                violation_error_message="没有这个角色。",
            ),
            models.CheckConstraint(
                condition=~models.Q(role=Role.FIRM.value) | ~models.Q(firm_id=""),
                name="user_firm_has_code",
                violation_error_message="企业用户必须填写统一社会信用代码。",
            ),
            models.CheckConstraint(
                condition=models.Q(left_on__isnull=True) | models.Q(is_active=False),
                name="user_left_is_closed",
                violation_error_message="已离任的账号不能登录。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.display_name}（{self.username}）"

    def check_password(self, raw_password: str | None) -> bool:
        """Whether this is the password; a one-time code keeps its light hash, it lives for days only."""
        if self.must_change_password:
            return check_password(raw_password, self.password)
        return super().check_password(raw_password)

    @property
    def role_label(self) -> Any:
        """The role for people."""
        return Role(self.role).label


class SignInAttempts(models.Model):
    """Failed sign-ins in a row of one user name from one address."""

    username = models.CharField(max_length=150)
    address = models.CharField(max_length=45)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()
    blocked_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["username", "address"], name="attempts_once_per_pair")]

    def __str__(self) -> str:
        return f"{self.username} {self.address}: {self.failures}"


class ApiToken(models.Model):
    """A token for the API: only its SHA-256 is kept; it may what its user may read."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tokens")
    name = models.CharField("用途", max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=12, help_text="the first characters, so that a person can tell tokens apart")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField("有效期至")
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} {self.hint}…"
