"""The ruler (亩均论英雄): indicators, scores, ranks, grades, and the account of each."""

from mujun.evaluation.result import Evaluation, evaluate

__all__ = ["Evaluation", "evaluate"]
