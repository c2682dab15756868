"""The robots, judged by two Python clients: DingtalkChatbot and apprise.

Both are made for oapi.dingtalk.com. DingtalkChatbot takes a whole webhook, so it gets the emulator's
address. apprise's dingtalk:// knows one host only: its class attribute `notify_url` is replaced, all
else is as it is shipped.
"""

import logging
import time
from urllib.parse import unquote

import apprise
from apprise.plugins.dingtalk import NotifyDingTalk
from dingtalkchatbot.chatbot import ActionCard, CardItem, DingtalkChatbot, FeedLink

from judge import ENDPOINT, control, holds, messages, robot, run, same

SECRET = "SECb7f1c0de"
logging.disable(logging.CRITICAL)


def bot(token, secret=None):
    """A client for one message: it waits a minute by itself at the 20th."""
    return DingtalkChatbot(f"{ENDPOINT}/robot/send?access_token={token}", secret=secret)


def taken(answer):
    same("the robot's answer", answer, {"errcode": 0, "errmsg": "ok"})


def refused(errcode, says, answer):
    same("errcode", answer["errcode"], errcode)
    holds(f"errmsg says {says}", says in answer["errmsg"], answer["errmsg"])


def every_type(client):
    """All that DingtalkChatbot knows and the service documents."""
    single = ActionCard("card", "ring card", [CardItem("go", "http://a/1")])
    several = ActionCard("cards", "ring cards", [CardItem("a", "http://a/1"), CardItem("b", "http://a/2")], btn_orientation=1, hide_avatar=1)
    links = [CardItem("ring one", "http://a/1", "http://a/1.png"), FeedLink("two", "http://a/2", "http://a/2.png")]
    return [
        ("text", lambda: client().send_text("ring 值班", at_mobiles=[13900000000], at_dingtalk_ids=["u1"])),
        ("text", lambda: client().send_text("ring all", is_at_all=True)),
        ("link", lambda: client().send_link("title", "ring link", "http://a/?b=c&d=e", "http://a/p.png")),
        ("markdown", lambda: client().send_markdown("title", "# ring\n[here](http://a/)", is_at_all=True)),
        ("actionCard", lambda: client().send_action_card(single)),
        ("actionCard", lambda: client().send_action_card(several)),
        ("feedCard", lambda: client().send_feed_card(links)),
    ]


def sends_every_type(token, secret=None):
    for _, send in every_type(lambda: bot(token, secret)):
        taken(send())
    found = [one["message"] for one in messages(token)]
    same("types, as they were sent", [one["msgtype"] for one in found], [kind for kind, _ in every_type(None)])
    text, everyone, link, markdown, single, several, feed = found
    same("content", text["text"]["content"], "ring 值班\n@13900000000")
    same("at", (text["at"]["atMobiles"], text["at"]["atUserIds"]), (["13900000000"], ["u1"]))
    same("at all", everyone["at"]["isAtAll"], True)
    same("messageUrl", link["link"]["messageUrl"], "dingtalk://dingtalkclient/page/link?url=http%3A%2F%2Fa%2F%3Fb%3Dc%26d%3De&pc_slide=false")
    same("picUrl", link["link"]["picUrl"], "http://a/p.png")
    same("markdown's title", markdown["markdown"]["title"], "title")
    same("singleTitle", single["actionCard"]["singleTitle"], "go")
    same("btns", [one["title"] for one in several["actionCard"]["btns"]], ["a", "b"])
    same("links", [one["title"] for one in feed["feedCard"]["links"]], ["ring one", "two"])


def chatbot_unsigned():
    robot("cbplain")
    sends_every_type("cbplain")


def chatbot_signed():
    robot("cbsigned", secret=SECRET)
    sends_every_type("cbsigned", SECRET)


def chatbot_keyword():
    robot("cbkeyword", keywords=["ring", "值班"], secret=SECRET)
    client = lambda: bot("cbkeyword", SECRET)
    taken(client().send_text("值班"))
    taken(client().send_markdown("no", "ring"))
    refused(310000, "关键词不匹配", client().send_text("Ring"))
    refused(310000, "关键词不匹配", client().send_link("t", "nothing", "http://a/"))
    same("messages that passed", len(messages("cbkeyword")), 2)


def chatbot_sign():
    robot("cbwrong", secret=SECRET)
    refused(310000, "签名不匹配", bot("cbwrong").send_text("unsigned"))
    refused(310000, "签名不匹配", bot("cbwrong", "SECother").send_text("signed with another secret"))
    late = bot("cbwrong", SECRET)
    late.start_time = time.time() - 2 * 3600
    late.update_webhook()
    late.start_time = time.time()
    refused(310000, "签名过期", late.send_text("signed two hours ago"))
    early = bot("cbwrong", SECRET)
    early.start_time = time.time() + 2 * 3600
    early.update_webhook()
    refused(310000, "签名过期", early.send_text("signed two hours ahead"))
    same("messages that passed", messages("cbwrong"), [])


def chatbot_faults():
    refused(300005, "token is not exist", bot("nobody").send_text("x"))
    refused(40035, "access_token", bot("").send_text("x"))
    robot("cbfaults", allowed_ips=["127.0.0.0/8"])
    taken(bot("cbfaults").send_text("from an allowed address"))
    refused(460101, "20000", bot("cbfaults").send_text("值" * 5000))
    refused(400105, "不支持的消息类型", bot("cbfaults").post({"msgtype": "video", "video": {}}))
    refused(400402, "title", bot("cbfaults").post({"msgtype": "markdown", "markdown": {"text": "x"}}))
    refused(400402, "content", bot("cbfaults").post({"msgtype": "text", "text": {"content": 5}}))
    misspelt = {"title": "t", "text": "x", "messageURL": "http://a/"}
    refused(400402, "messageUrl", bot("cbfaults").post({"msgtype": "link", "link": misspelt}))
    robot("cbfar", allowed_ips=["192.0.2.7", "10.0.0.0/8"])
    refused(310000, "ip", bot("cbfar").send_text("from elsewhere"))
    same("messages that passed", len(messages("cbfaults")), 1)


def notify(address, body, **more):
    sender = apprise.Apprise()
    holds("apprise takes the address", sender.add(address))
    return bool(sender.notify(body=body, **more))


def last_errcode():
    """The verdict on the last message: apprise looks at the HTTP status only, which is 200 always."""
    replies = [one["reply"] for one in control("GET", "journal") if "reply" in one]
    return replies[-1]["errcode"]


def apprise_flow():
    NotifyDingTalk.notify_url = ENDPOINT + "/robot/send?access_token={token}"
    # It would wait between messages for the sake of the real service.
    NotifyDingTalk.request_rate_per_sec = 0
    robot("appriseplain")
    same("text", notify("dingtalk://appriseplain/", "body", title="title"), True)
    same("text to a number", notify("dingtalk://appriseplain/13900000000", "body"), True)
    markdown = "dingtalk://appriseplain/?format=markdown"
    same("markdown", notify(markdown, "**body**", title="title", body_format=apprise.NotifyFormat.MARKDOWN), True)
    one, two, three = [one["message"] for one in messages("appriseplain")]
    same("content", one["text"]["content"], "title\r\nbody")
    same("at", two["at"]["atMobiles"], ["13900000000"])
    same("title", three["markdown"]["title"], "title")
    same("text of the markdown", three["markdown"]["text"], "# title\n**body**")

    # What it thinks went well did not.
    robot("apprisekey", keywords=["ring"])
    same("it believes the status", notify("dingtalk://apprisekey/", "silence"), True)
    same("keyword missing", last_errcode(), 310000)
    same("nothing arrived", messages("apprisekey"), [])
    notify("dingtalk://nobody/", "body")
    same("unknown token", last_errcode(), 300005)
    notify("dingtalk://appriseplain/", "值" * 19000)
    same("too long: it counts characters", last_errcode(), 460101)
    robot("apprisesigned", secret=SECRET)
    notify("dingtalk://apprisesigned/", "body")
    same("not signed", last_errcode(), 310000)
    # It encodes `sign` and has its HTTP library encode it again; a robot that decodes once sees
    # another signature.
    same("signed", notify(f"dingtalk://{SECRET}@apprisesigned/", "body"), True)
    same("signed, encoded twice", last_errcode(), 310000)
    same("nothing arrived", messages("apprisesigned"), [])
    # The same client, its parameter encoded once: the signature itself is right.
    sign = NotifyDingTalk.get_signature
    NotifyDingTalk.get_signature = lambda self: (lambda at, value: (at, unquote(value)))(*sign(self))
    notify(f"dingtalk://{SECRET}@apprisesigned/", "body")
    same("signed, encoded once", last_errcode(), 0)
    same("it arrived", len(messages("apprisesigned")), 1)


if __name__ == "__main__":
    run([chatbot_unsigned, chatbot_signed, chatbot_keyword, chatbot_sign, chatbot_faults, apprise_flow])
