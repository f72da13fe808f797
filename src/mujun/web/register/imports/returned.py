"""The clerk's own files back, with a reason beside each bad cell."""

from __future__ import annotations

import zipfile
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from mujun.base.defects import FIELDS, Defect, Severity
from mujun.web.register.imports import rehearsal as rehearsals
from mujun.web.register.imports.reading import Report
from mujun.web.register.imports.uploads import folder_with_files
from mujun.web.register.models import ImportBatch


def returned_archive(batch: ImportBatch) -> Path:
    """Return where the archive of returned files of the present rehearsal of ``batch`` is kept."""
    return Path(settings.HOME) / "returned" / f"{batch.rehearsal or batch.pk}.zip"


def defects_of(name: str) -> list[Defect]:
    """Return the defects that the rehearsal called ``name`` found."""
    columns = rehearsals.view(name, "defects").select(FIELDS).to_pylist()
    return [Defect(**{**row, "severity": Severity(row["severity"])}) for row in columns]


def write_returned_files(batch: ImportBatch, report: Report) -> Path:
    """Write the archive of returned files: one per file that has a defect, formats and all other cells as they were."""
    from mujun.files.returned import write_returned

    target = returned_archive(batch)
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_suffix(".part")
    found = defects_of(batch.rehearsal)
    by_file: dict[str, list[Defect]] = {}
    for defect in found:
        by_file.setdefault(defect.file, []).append(defect)
    with folder_with_files(batch) as folder, zipfile.ZipFile(aside, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, (name, defects) in enumerate(sorted(by_file.items())):
            report(_("批注 {file}").format(file=name), place, len(by_file))
            source = _find(folder, name)
            if source is None:
                continue
            result = folder / f".returned-{place}{source.suffix}"
            write_returned(source, defects, result)
            for written in sorted(folder.glob(f".returned-{place}*")):
                archive.write(written, str(Path(name).with_suffix(written.suffix)))
    aside.replace(target)
    return target


def _find(folder: Path, name: str) -> Path | None:
    if not name:
        return None
    if (folder / name).is_file():
        return folder / name
    return next((path for path in sorted(folder.rglob(Path(name).name)) if path.is_file()), None)
