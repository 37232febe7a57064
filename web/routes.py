"""Every URL of the site, a line each."""

from typing import Final

from aiohttp import web

from web.owner import returns
from web.owner.accounts import account as account_page
from web.owner.accounts import alert_settings, api_keys, downloads, emails, exports, leaving, linking, sign_in, sign_ins
from web.owner.apps import app_deletion, apps, insight, overview, sample
from web.owner.apps import news as release_notes
from web.owner.apps import settings as app_settings
from web.owner.conversations import conversations as past_conversations
from web.owner.conversations import live_talks, takeovers
from web.owner.entries import checks, corrections, documents, faqs, gaps, hidden, imports, proposals, trials
from web.programs import mcp, openapi, rest
from web.site import static_files, theme
from web.site.access_log import log_access
from web.site.client_address import (
    MOST_CONNECTIONS,
    PLACES,
    UNDER_WAY,
    ConnectionCounts,
    not_too_much_at_once,
    stream_counts,
)
from web.site.errors import show_errors
from web.site.icons import ICONS
from web.site.keys import SITE
from web.site.once import sent_once
from web.site.security import same_site_only
from web.site.session import for_owner
from web.site.sse import OPEN_STREAMS, end_all
from web.site.store_watch import only_with_store
from web.visitor import (
    app_icons,
    chat,
    contact_form,
    drawings,
    news,
    pictures,
    policies,
    public_page,
    published,
    sharing,
    widget,
)

MIDDLEWARES: Final = (log_access, show_errors, same_site_only, not_too_much_at_once, only_with_store, sent_once)

_APP = "/owner/apps/{handle}"
ROUTES: Final = (
    web.get("/", public_page.front),
    web.get("/static/{file}", static_files.serve),
    web.get("/theme/{name}.css", theme.serve),
    web.get("/robots.txt", sharing.robots),
    web.get("/widget.js", widget.serve),
    web.get("/sitemap.xml", sharing.sitemap),
    web.get("/privacy", policies.show),
    web.get("/privacy/{version}", policies.show),
    web.get("/transmission", policies.show_transmission),
    web.get("/contact", contact_form.show),
    web.post("/contact", contact_form.send),
    # visitors: docs/api.md
    web.get("/@{handle}", public_page.show),
    web.get("/@{handle}/", public_page.show),
    web.post("/@{handle}/messages", chat.post_message),
    web.get("/@{handle}/header/{digest}", pictures.serve),
    web.get(r"/@{handle}/header-{width:\d{3,4}}/{digest}", pictures.serve_narrower),
    web.get("/@{handle}/card/{digest}", sharing.serve_card),
    web.get(f"/@{{handle}}/icon-{{kind:{'|'.join(ICONS)}}}/{{digest}}", app_icons.serve),
    web.get("/@{handle}/manifest.webmanifest", app_icons.manifest),
    web.get("/@{handle}/faq", published.show),
    web.get("/@{handle}/news", news.show),
    web.get("/@{handle}/news.atom", news.feed),
    web.get("/@{handle}/qr.{kind:svg|png}", sharing.serve_qr),
    web.get("/@{handle}/events", chat.events, allow_head=False),
    web.post("/@{handle}/messages/{message}/feedback", chat.feedback),
    web.post("/@{handle}/handoff", chat.handoff),
    web.post("/@{handle}/reply-by-mail", chat.reply_by_mail),
    web.post("/@{handle}/conversation", chat.transcript),
    web.delete("/@{handle}/conversation", chat.delete),
    web.post("/@{handle}/conversation/delete", chat.delete_by_form),
    # owners' programs: docs/api.md
    web.get(f"{rest.BASE}/openapi.json", openapi.show),
    *rest.routes(),
    web.post(mcp.PATH, mcp.answer),
    web.post(f"{mcp.PATH}/", mcp.answer),  # redirected, a client would send its body twice
    # owners
    web.get("/signin", sign_in.ask_for_link),
    web.post("/signin", sign_in.send_link),
    web.get("/sign-in/{token}", sign_in.show),
    web.get("/download/{token}", downloads.show),
    web.post("/download", downloads.take),
    web.post("/sign-in", sign_in.sign_in),
    web.post("/owner/sign-out", sign_in.sign_out),
    web.get("/owner", for_owner(overview.first)),
    web.get("/owner/faqs", for_owner(apps.on_to(""))),
    web.get("/owner/apps", for_owner(overview.show)),
    web.post("/owner/apps", for_owner(overview.make)),
    web.get(_APP, for_owner(faqs.show_list)),
    web.post(f"{_APP}/faqs", for_owner(faqs.add)),
    web.post(f"{_APP}/faqs/chosen", for_owner(faqs.change_chosen)),
    web.get(f"{_APP}/faqs/{{faq}}", for_owner(faqs.show)),
    web.post(f"{_APP}/faqs/{{faq}}", for_owner(faqs.edit)),
    web.post(f"{_APP}/faqs/{{faq}}/phrasings", for_owner(faqs.suggest)),
    web.get(f"{_APP}/faqs/{{faq}}/remove", for_owner(faqs.ask_removal)),
    web.post(f"{_APP}/faqs/{{faq}}/remove", for_owner(faqs.remove)),
    web.get("/owner/documents", for_owner(apps.on_to("documents"))),
    web.get(f"{_APP}/documents", for_owner(documents.show_list)),
    web.post(f"{_APP}/documents", for_owner(documents.add)),
    web.get(f"{_APP}/documents/{{document}}", for_owner(documents.show)),
    web.get(f"{_APP}/documents/{{document}}/edit", for_owner(documents.show_form)),
    web.post(f"{_APP}/documents/{{document}}/edit", for_owner(documents.save)),
    web.post(f"{_APP}/documents/{{document}}/file", for_owner(documents.add_file)),
    web.post(f"{_APP}/documents/{{document}}/look", for_owner(documents.look_again)),
    web.post(f"{_APP}/documents/{{document}}/watch", for_owner(documents.switch)),
    web.get(f"{_APP}/documents/{{document}}/remove", for_owner(documents.ask_removal)),
    web.post(f"{_APP}/documents/{{document}}/remove", for_owner(documents.remove)),
    web.get(f"{_APP}/news", for_owner(release_notes.show)),
    web.post(f"{_APP}/news", for_owner(release_notes.add)),
    web.post(f"{_APP}/news/page", for_owner(release_notes.read_page)),
    web.post(f"{_APP}/news/{{note}}", for_owner(release_notes.change)),
    web.get(f"{_APP}/hidden", for_owner(hidden.show)),
    web.post(f"{_APP}/hidden/{{finding}}/publish", for_owner(hidden.publish)),
    web.post(f"{_APP}/hidden/{{finding}}/remove", for_owner(hidden.take_out)),
    web.post(f"{_APP}/hidden/{{finding}}/person", for_owner(hidden.is_person)),
    web.post(f"{_APP}/hidden/{{finding}}/nobody", for_owner(hidden.is_nobody)),
    web.post(f"{_APP}/public", for_owner(hidden.add_contact)),
    web.post(f"{_APP}/public/hide", for_owner(hidden.hide_contact)),
    web.get("/owner/import", for_owner(apps.on_to("import"))),
    web.get(f"{_APP}/import", for_owner(imports.show_list)),
    web.post(f"{_APP}/import/file", for_owner(imports.add_file)),
    web.post(f"{_APP}/import/page", for_owner(imports.add_page)),
    web.post(f"{_APP}/import/text", for_owner(imports.add_text)),
    web.post(f"{_APP}/import/pages/{{page}}", for_owner(imports.switch_page)),
    web.get(f"{_APP}/import/{{job}}", for_owner(imports.show)),
    web.post(f"{_APP}/import/{{job}}/apply", for_owner(imports.apply)),
    web.post(f"{_APP}/import/{{job}}/cancel", for_owner(imports.cancel)),
    web.post(f"{_APP}/import/{{job}}/stop", for_owner(imports.stop)),
    web.post(f"{_APP}/import/{{job}}/settle", for_owner(imports.settle)),
    web.post(f"{_APP}/import/{{job}}/undo", for_owner(imports.undo)),
    web.post(f"{_APP}/import/{{job}}/columns", for_owner(imports.choose_columns)),
    web.post(f"{_APP}/import/{{job}}/as", for_owner(imports.read_as)),
    web.get(f"{_APP}/export/{{file}}", for_owner(imports.download)),
    web.get("/owner/alerts", for_owner(alert_settings.show)),
    web.post("/owner/alerts", for_owner(alert_settings.save)),
    web.get("/owner/settings", for_owner(apps.on_to("settings"))),
    web.get(f"{_APP}/settings", for_owner(app_settings.show)),
    web.post(f"{_APP}/settings", for_owner(app_settings.save)),
    web.get(f"{_APP}/sample.svg", for_owner(sample.show)),
    web.post(f"{_APP}/pause", for_owner(app_settings.switch)),
    web.post(f"{_APP}/lists/{{list}}", for_owner(app_settings.add_item)),
    web.post(f"{_APP}/lists/{{list}}/{{item}}", for_owner(app_settings.change_item)),
    web.post(f"{_APP}/pictures/{{shape:icon|header}}", for_owner(app_settings.upload)),
    web.post(f"{_APP}/pictures/{{shape:icon|header}}/remove", for_owner(app_settings.remove_picture)),
    web.get("/owner/conversations", for_owner(apps.on_to("conversations"))),
    web.get(f"{_APP}/conversations", for_owner(past_conversations.show_list)),
    web.get(f"{_APP}/conversations/new", for_owner(live_talks.new_ones), allow_head=False),
    web.get(f"{_APP}/conversations/{{conversation}}", for_owner(past_conversations.show)),
    web.get(f"{_APP}/conversations/{{conversation}}/latest", for_owner(past_conversations.show_latest)),
    web.get(f"{_APP}/conversations/{{conversation}}/events", for_owner(live_talks.events), allow_head=False),
    web.post(f"{_APP}/conversations/{{conversation}}/talk", for_owner(takeovers.begin)),
    web.post(f"{_APP}/conversations/{{conversation}}/say", for_owner(takeovers.say)),
    web.post(f"{_APP}/conversations/{{conversation}}/hand-back", for_owner(takeovers.end)),
    web.get(f"{_APP}/conversations/{{conversation}}/answers", for_owner(takeovers.show_answers)),
    web.post(f"{_APP}/conversations/{{conversation}}/answers/{{message}}", for_owner(takeovers.save_answer)),
    web.get(f"{_APP}/conversations/{{conversation}}/correct/{{message}}", for_owner(corrections.show)),
    web.post(f"{_APP}/conversations/{{conversation}}/correct/{{message}}", for_owner(corrections.save)),
    web.post(f"{_APP}/conversations/{{conversation}}/release/{{message}}", for_owner(past_conversations.release)),
    web.post(f"{_APP}/conversations/{{conversation}}/block", for_owner(past_conversations.block)),
    web.post(f"{_APP}/conversations/{{conversation}}/unblock", for_owner(past_conversations.unblock)),
    web.post(f"{_APP}/conversations/{{conversation}}/delete", for_owner(past_conversations.delete)),
    web.get("/owner/keys", for_owner(api_keys.first_room)),
    web.get(f"{_APP}/keys", for_owner(api_keys.show)),
    web.post(f"{_APP}/keys", for_owner(api_keys.make)),
    web.post(f"{_APP}/keys/{{key}}/revoke", for_owner(api_keys.revoke)),
    web.get("/owner/proposals", for_owner(proposals.show)),
    web.post("/owner/proposals/{proposal}/apply", for_owner(proposals.apply)),
    web.post("/owner/proposals/{proposal}/reword", for_owner(proposals.reword)),
    web.post("/owner/proposals/{proposal}/discard", for_owner(proposals.discard)),
    web.get("/owner/insight", for_owner(apps.on_to("insight"))),
    web.get(f"{_APP}/insight", for_owner(insight.show)),
    web.get("/owner/gaps", for_owner(apps.on_to("gaps"))),
    web.get(f"{_APP}/gaps", for_owner(gaps.show)),
    web.post(f"{_APP}/gaps/{{gap}}/accept", for_owner(gaps.accept)),
    web.post(f"{_APP}/gaps/{{gap}}/phrasing", for_owner(gaps.add_phrasing)),
    web.post(f"{_APP}/gaps/{{gap}}/dismiss", for_owner(gaps.dismiss)),
    web.post(f"{_APP}/gaps/{{gap}}/later", for_owner(gaps.keep_for_later)),
    web.post(f"{_APP}/waiting/{{alert}}/answer", for_owner(gaps.answer_visitor)),
    web.post(f"{_APP}/waiting/{{alert}}/dismiss", for_owner(gaps.dismiss_visitor)),
    web.get(f"{_APP}/checks", for_owner(checks.show)),
    web.post(f"{_APP}/checks", for_owner(checks.pin)),
    web.post(f"{_APP}/checks/ask", for_owner(checks.ask_model)),
    web.post(f"{_APP}/checks/{{check}}/unpin", for_owner(checks.unpin)),
    web.get(f"{_APP}/try", for_owner(trials.show_list)),
    web.post(f"{_APP}/try", for_owner(trials.ask)),
    web.get(f"{_APP}/try/{{trial}}", for_owner(trials.show)),
    web.post(f"{_APP}/try/{{trial}}/entry", for_owner(trials.add_entry)),
    web.post(f"{_APP}/try/{{trial}}/phrasing", for_owner(trials.add_phrasing)),
    web.post(f"{_APP}/try/{{trial}}/mark", for_owner(trials.mark)),
    web.get("/owner/account", for_owner(account_page.show)),
    web.post("/owner/email", for_owner(emails.give)),
    web.post("/owner/email/code", for_owner(emails.prove)),
    web.post("/owner/email/again", for_owner(emails.send_again)),
    web.post("/owner/email/stop", for_owner(emails.stop)),
    web.post("/owner/email/remove", for_owner(emails.take_off)),
    web.post("/owner/sessions/end", for_owner(sign_ins.end_others)),
    web.post("/owner/sessions/{session}/end", for_owner(sign_ins.end)),
    web.get("/link/{token}", for_owner(linking.show, signed_out="link_sign_in.html")),
    web.post("/owner/link", for_owner(linking.confirm)),
    web.post("/owner/unlink", for_owner(linking.unlink)),
    web.get("/owner/export", for_owner(exports.show_export, while_leaving=True)),
    web.get("/owner/export.zip", for_owner(exports.download, while_leaving=True)),
    web.post("/owner/export/back", for_owner(returns.begin)),
    web.get("/owner/export/back/{return}", for_owner(returns.show)),
    web.post("/owner/export/back/{return}/apply", for_owner(returns.apply)),
    web.post("/owner/export/back/{return}/cancel", for_owner(returns.cancel)),
    web.post("/owner/apps/{handle}/delete", for_owner(app_deletion.begin)),
    web.post("/owner/apps/{handle}/delete/stay", for_owner(app_deletion.stay)),
    web.get("/owner/delete", for_owner(leaving.show, while_leaving=True)),
    web.post("/owner/delete", for_owner(leaving.begin, while_leaving=True)),
    web.post("/owner/delete/stay", for_owner(leaving.stay, while_leaving=True)),
    web.post("/owner/delete/now", for_owner(leaving.erase, while_leaving=True)),
)


def add_routes(app: web.Application) -> None:
    """Add the site to an application that knows its SITE; its other keys (web/site/keys.py) are filled before it
    serves.
    """
    app.add_routes(ROUTES)
    app[OPEN_STREAMS] = set()
    app[PLACES] = stream_counts()
    app[drawings.DRAWINGS] = drawings.Drawings()
    if app[SITE].trusted_proxy:
        app[UNDER_WAY] = ConnectionCounts(MOST_CONNECTIONS)
    app.on_shutdown.append(end_all)
