"""The relay, judged by DingtalkChatbot: what it sends goes on to a robot, and the answers come back.

JUDGE_ENDPOINT is the relay's; the test looks at what the robot behind it has.
"""

from dingtalkchatbot.chatbot import ActionCard, CardItem, DingtalkChatbot

from judge import ENDPOINT, holds, run, same

TOKEN = "ops-relay-token"


def bot(token, secret=None):
    """A client for one message: it waits a minute by itself at the 20th."""
    return DingtalkChatbot(f"{ENDPOINT}/robot/send?access_token={token}", secret=secret)


def taken(answer):
    same("the robot's answer", answer, {"errcode": 0, "errmsg": "ok"})


def refused(errcode, says, answer):
    same("errcode", answer["errcode"], errcode)
    holds(f"errmsg says {says}", says in answer["errmsg"], answer["errmsg"])


def every_type():
    card = ActionCard("card", "CloudMonitor card", [CardItem("go", "http://a/1")])
    taken(bot(TOKEN).send_text("CloudMonitor 值班", at_mobiles=[13900000000]))
    taken(bot(TOKEN).send_link("title", "CloudMonitor link", "http://a/?b=c&d=e"))
    taken(bot(TOKEN).send_markdown("title", "# CloudMonitor\n[here](http://a/)", is_at_all=True))
    taken(bot(TOKEN).send_action_card(card))
    taken(bot(TOKEN).send_feed_card([CardItem("CloudMonitor", "http://a/1", "http://a/1.png")]))


def faults():
    refused(310000, "关键词不匹配", bot(TOKEN).send_text("Ring"))
    refused(300005, "token is not exist", bot("nobody").send_text("CloudMonitor"))
    refused(460101, "20000", bot(TOKEN).send_text("CloudMonitor" + "值" * 7000))
    refused(400105, "不支持的消息类型", bot(TOKEN).post({"msgtype": "video", "video": {}}))


def signed():
    refused(310000, "签名不匹配", bot("signed-relay-token").send_text("unsigned"))
    refused(310000, "签名不匹配", bot("signed-relay-token", "SECother").send_text("signed with another"))
    taken(bot("signed-relay-token", "SEC-of-the-signed-robot").send_text("signed"))


if __name__ == "__main__":
    run([every_type, faults, signed])
