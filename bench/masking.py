"""What masking visitors' details costs: the guardrail for each message, and the store for a conversation.

`python -m bench.masking` reads messages of some 40 characters, Japanese and English in turn, a quarter with details.
"""

import time
from statistics import median

from guardrail.details import Details
from guardrail.pii import Pii

MESSAGES = (
    "返品したいのですが、どこから申し込めばよいですか。箱はもう捨ててしまいました。",
    "How long does a refund usually take, and will I get a mail when it is done?",
    "アプリを入れ直したら記録が消えました。機種はPixel 8で、Android 15です。",
    "三田村と申します。080-6142-3975 まで、平日の夜にお電話をいただけますか。",
)
ROUNDS = 50


def main() -> None:
    details = Details(Pii.load())
    costs = []
    for number in range(ROUNDS):
        for text in MESSAGES:
            began = time.process_time()
            # No sentence twice: the words of those just read are kept at hand.
            details.find_now(f"{number} {text.replace('、', f'、{number} ', 1)}")
            costs.append((time.process_time() - began) * 1000)
    print(f"CPU for each message: median {median(costs):.1f} ms, {sum(costs) / len(costs):.1f} ms on average")
    print(f"100,000 messages: {sum(costs) / len(costs) * 100:.0f} s of one core, once, in the background")


if __name__ == "__main__":
    main()
