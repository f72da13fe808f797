"""What the actions in the log are called for people."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

ACTIONS: dict[str, Any] = {
    "account.first": _("建立首个管理员"),
    "account.made": _("开设账号"),
    "account.changed": _("修改账号"),
    "account.code": _("发放一次性密码"),
    "account.closed": _("关闭账号并交接"),
    "duty.handed_over": _("交接工作"),
    "account.reopened": _("重新启用账号"),
    "sign_in": _("登录"),
    "sign_in.attempted": _("尝试登录"),
    "sign_in.blocked": _("登录被暂停"),
    "sign_out": _("退出登录"),
    "password.changed": _("修改密码"),
    "token.made": _("新建接口令牌"),
    "token.revoked": _("作废接口令牌"),
    "token.used": _("使用接口令牌"),
    "amounts.viewed": _("查看受保护金额"),
    "import.upload": _("上传文件"),
    "import.answer": _("回答导入提问"),
    "import.rehearse": _("预演导入"),
    "import.commit": _("入库"),
    "import.undo": _("撤销导入"),
    "import.discard": _("放弃导入"),
    "register.mapping": _("对应表头"),
    "register.link": _("判定疑似企业"),
    "register.correct": _("更正数据"),
    "job.start": _("开始后台工作"),
    "job.stop": _("停止后台工作"),
    "job.interrupted": _("后台工作中断"),
    "map.build": _("生成地图"),
    "search.index": _("更新搜索索引"),
    "rules.taken_in": _("收入规则集"),
    "rules.taken_in_again": _("再次上传规则集"),
    "run.drafted": _("新建评价"),
    "run.rehearsed": _("试算评价"),
    "run.refused": _("试算没有完成"),
    "run.published": _("签字发布评价"),
    "run.superseded": _("评价被替代"),
    "run.discarded": _("放弃评价"),
    "run.replayed": _("重算核对"),
    "run.compared": _("比较两次评价"),
    "notice.opened": _("开启结果公示"),
    "areas.published": _("发布面积公示"),
    "objection.filed": _("提出异议"),
    "objection.taken_up": _("开始核查异议"),
    "objection.accepted": _("采纳异议"),
    "objection.rejected": _("不予采纳异议"),
    "objection.withdrawn": _("撤回异议"),
}


def action_label(name: str) -> str:
    """The Chinese or English name of an action, or its identifier where it has none yet."""
    return str(ACTIONS.get(name, name))
