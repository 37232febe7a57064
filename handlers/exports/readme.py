"""What stands beside the data for whoever opens the archive one day, in both languages."""

from collections.abc import Mapping

from handlers.exports.contents import HELD, MANIFEST
from handlers.exports.pages import FOLDER, INDEX
from knowledge.phrases import LANGS, Lang, _

WHAT = _("This is everything that mimi kept of yours.")
TO_READ = _(
    "To read: open {index} in a browser. It needs no network; its pages are in {folder}/.", index=INDEX, folder=FOLDER
)
FOR_PROGRAMS = _(
    "For programs: each .json file is a list with one record a line, in UTF-8. Times are in UTC (ISO 8601). "
    "“_id” is a record's own number; app_id, conversation_id and entry_id name the record that it is a part of. "
    "Pictures are in pictures/, and pictures.json names them. {manifest} says which format this is.",
    manifest=MANIFEST,
)
BACK = _(
    "To put it back: sign in to mimi, open “Take your data along” on the account page, and choose this ZIP file there. "
    "You see what will be made before anything is. Apps, FAQ entries, documents, pictures, settings, checks and "
    "conversations come back; alerts, counts and costs do not, and neither do ways to sign in."
)
CAREFUL = _("Conversations of your visitors are in it. Keep it where nobody else reads it, and delete it when done.")
FILES = _("Files")


def readmes() -> Mapping[str, str]:
    """File name -> text."""
    return {f"README.{lang}.txt": _readme(lang) for lang in LANGS}


def _readme(lang: Lang) -> str:
    paragraphs = [each.say(lang) for each in (WHAT, TO_READ, FOR_PROGRAMS, BACK, CAREFUL)]
    files = [f"{name}.json  {held.say(lang)}" for name, held in HELD.items()]
    return "\n\n".join([*paragraphs, "\n".join([FILES.say(lang), *files])]) + "\n"
