"""What stands beside the data for whoever opens the archive one day, in both languages."""

from collections.abc import Mapping

from handlers.exports.contents import HELD, MANIFEST
from handlers.exports.pages import FOLDER, INDEX
from knowledge.phrases import LANGS, Lang, _

WHAT = _("This is everything mimi stored for you.")
TO_READ = _(
    "To read it: open {index} in a browser. It works offline; its pages are in {folder}/.", index=INDEX, folder=FOLDER
)
FOR_PROGRAMS = _(
    "For programs: each .json file is a list with one record per line, in UTF-8. Times are in UTC (ISO 8601). "
    "“_id” is a record's own number; app_id, conversation_id and entry_id name the record it belongs to. Pictures "
    "are in pictures/, and pictures.json names them. {manifest} says which format this is.",
    manifest=MANIFEST,
)
BACK = _(
    "To restore it: sign in to mimi, open “Export your data” on the account page, and choose this ZIP file there. "
    "You see what will be created first. Apps, FAQ entries, documents, pictures, settings, pinned questions and "
    "conversations are restored. Alerts, counts, costs and ways to sign in are not."
)
CAREFUL = _(
    "It contains conversations of your visitors. Keep it where nobody else can read it, and delete it when you are "
    "done."
)
FILES = _("Files")


def readmes() -> Mapping[str, str]:
    """File name -> text."""
    return {f"README.{lang}.txt": _readme(lang) for lang in LANGS}


def _readme(lang: Lang) -> str:
    paragraphs = [each.say(lang) for each in (WHAT, TO_READ, FOR_PROGRAMS, BACK, CAREFUL)]
    files = [f"{name}.json  {held.say(lang)}" for name, held in HELD.items()]
    return "\n\n".join([*paragraphs, "\n".join([FILES.say(lang), *files])]) + "\n"
