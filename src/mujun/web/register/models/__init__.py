"""What the register keeps. Rows carry knowledge time: ``since`` and ``until`` are revisions, null = current."""

from mujun.web.register.models.imports import BatchState, ImportBatch, ImportFile, MappingProfile, SourceSheet
from mujun.web.register.models.linking import DoubtfulPair
from mujun.web.register.models.progress import JobProgress, JobState
from mujun.web.register.models.revisions import Correction, Revision, RevisionKind
from mujun.web.register.models.rows import (
    MODELS,
    Barrier,
    Building,
    Firm,
    Mark,
    Measure,
    Occupancy,
    Parcel,
    ParcelLineage,
    Project,
    Tax,
    Unit,
    Version,
)

__all__ = [
    "MODELS",
    "Barrier",
    "BatchState",
    "Building",
    "Correction",
    "DoubtfulPair",
    "Firm",
    "ImportBatch",
    "ImportFile",
    "JobProgress",
    "JobState",
    "MappingProfile",
    "Mark",
    "Measure",
    "Occupancy",
    "Parcel",
    "ParcelLineage",
    "Project",
    "Revision",
    "RevisionKind",
    "SourceSheet",
    "Tax",
    "Unit",
    "Version",
]
