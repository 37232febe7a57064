"""Every endpoint the simulator serves, a line each, at LINE's own paths.

The third column is the operation: the name under which `Faults` knows it.
"""

from typing import Final

from bot.embedded.line_simulator import messaging, rich_menus, tokens, users
from bot.embedded.line_simulator.call import Handler

# Fixed paths stand before those with a parameter in their place.
ROUTES: Final[tuple[tuple[str, str, str, Handler], ...]] = (
    ("POST", "/v2/bot/message/reply", "reply", messaging.reply),
    ("POST", "/v2/bot/message/push", "push", messaging.push),
    ("POST", "/v2/bot/message/multicast", "multicast", messaging.multicast),
    ("POST", "/v2/bot/message/validate/reply", "validate", messaging.validate),
    ("POST", "/v2/bot/message/validate/push", "validate", messaging.validate),
    ("POST", "/v2/bot/message/validate/multicast", "validate", messaging.validate),
    ("GET", "/v2/bot/message/quota", "quota", messaging.quota),
    ("GET", "/v2/bot/message/quota/consumption", "quota", messaging.quota_consumption),
    ("GET", "/v2/bot/message/{messageId}/content", "content", messaging.content),
    ("GET", "/v2/bot/message/{messageId}/content/preview", "content", messaging.content),
    ("GET", "/v2/bot/message/{messageId}/content/transcoding", "content", messaging.transcoding),
    ("POST", "/v2/bot/chat/loading/start", "loading", messaging.show_loading),
    ("GET", "/v2/bot/profile/{userId}", "profile", users.profile),
    ("GET", "/v2/bot/followers/ids", "followers", users.followers),
    ("GET", "/v2/bot/info", "info", users.bot_info),
    ("GET", "/v2/bot/channel/webhook/endpoint", "webhook", users.webhook_endpoint),
    ("PUT", "/v2/bot/channel/webhook/endpoint", "webhook", users.set_webhook_endpoint),
    ("POST", "/v2/bot/channel/webhook/test", "webhook-test", users.test_webhook_endpoint),
    ("POST", "/v2/oauth/verify", "token", tokens.verify),
    ("GET", "/oauth2/v2.1/verify", "token", tokens.verify_v2_1),
    ("POST", "/oauth2/v3/token", "token", tokens.stateless),
    ("POST", "/v2/bot/user/{userId}/linkToken", "link-token", users.link_token),
    ("POST", "/v2/bot/richmenu", "rich-menu", rich_menus.create),
    ("POST", "/v2/bot/richmenu/validate", "rich-menu", rich_menus.validate),
    ("GET", "/v2/bot/richmenu/list", "rich-menu", rich_menus.menus),
    ("POST", "/v2/bot/richmenu/bulk/link", "rich-menu", rich_menus.bulk_link),
    ("POST", "/v2/bot/richmenu/bulk/unlink", "rich-menu", rich_menus.bulk_unlink),
    ("POST", "/v2/bot/richmenu/alias", "rich-menu", rich_menus.create_alias),
    ("GET", "/v2/bot/richmenu/alias/list", "rich-menu", rich_menus.aliases),
    ("GET", "/v2/bot/richmenu/alias/{richMenuAliasId}", "rich-menu", rich_menus.alias),
    ("POST", "/v2/bot/richmenu/alias/{richMenuAliasId}", "rich-menu", rich_menus.update_alias),
    ("DELETE", "/v2/bot/richmenu/alias/{richMenuAliasId}", "rich-menu", rich_menus.delete_alias),
    ("GET", "/v2/bot/richmenu/{richMenuId}", "rich-menu", rich_menus.menu),
    ("DELETE", "/v2/bot/richmenu/{richMenuId}", "rich-menu", rich_menus.delete),
    ("GET", "/v2/bot/richmenu/{richMenuId}/content", "rich-menu", rich_menus.image),
    ("POST", "/v2/bot/richmenu/{richMenuId}/content", "rich-menu", rich_menus.upload_image),
    ("GET", "/v2/bot/user/all/richmenu", "rich-menu", rich_menus.default),
    ("DELETE", "/v2/bot/user/all/richmenu", "rich-menu", rich_menus.cancel_default),
    ("POST", "/v2/bot/user/all/richmenu/{richMenuId}", "rich-menu", rich_menus.set_default),
    ("GET", "/v2/bot/user/{userId}/richmenu", "rich-menu", rich_menus.linked),
    ("DELETE", "/v2/bot/user/{userId}/richmenu", "rich-menu", rich_menus.unlink),
    ("POST", "/v2/bot/user/{userId}/richmenu/{richMenuId}", "rich-menu", rich_menus.link),
)
OPERATIONS: Final = frozenset(operation for _, _, operation, _ in ROUTES)
NEEDS_NO_TOKEN: Final = frozenset({"token"})
TAKES_RETRY_KEY: Final = frozenset({"push", "multicast"})
