'use strict';
// The robots, judged by dingtalk-robot-sender.

const ChatBot = require('dingtalk-robot-sender');
const { endpoint, holds, messages, robot, run, same } = require('./judge');

const secret = 'SECb7f1c0de';
const bot = (token, key) => new ChatBot({ baseUrl: `${endpoint}/robot/send`, accessToken: token, secret: key });

async function taken(promise) {
  const { status, data } = await promise;
  same('HTTP status', status, 200);
  same("the robot's answer", data, { errcode: 0, errmsg: 'ok' });
}

async function refused(errcode, says, promise) {
  const { status, data } = await promise;
  same('HTTP status of a refusal', status, 200);
  same('errcode', data.errcode, errcode);
  holds(`errmsg says ${says}`, data.errmsg.includes(says), data);
}

const link = { title: 'title', text: 'ring link', messageUrl: 'http://a/?b=c&d=e', picUrl: 'http://a/p.png' };
const card = { title: 'card', text: 'ring card', btnOrientation: '1', btns: [{ title: 'a', actionURL: 'http://a/1' }, { title: 'b', actionURL: 'http://a/2' }] };
const links = [{ title: 'ring one', messageURL: 'http://a/1', picURL: 'http://a/1.png' }, { title: 'two', messageURL: 'http://a/2', picURL: 'http://a/2.png' }];

async function everyType(token, key) {
  const client = bot(token, key);
  await taken(client.text('ring 值班 @13900000000', { atMobiles: ['13900000000'], isAtAll: false }));
  await taken(client.text('ring', undefined));
  await taken(client.link(link));
  await taken(client.markdown('title', '# ring', { isAtAll: true }));
  await taken(client.actionCard(card));
  await taken(client.feedCard(links));
  // What it has no method for, by the webhook as a whole.
  const whole = new ChatBot({ webhook: `${endpoint}/robot/send?access_token=${token}`, secret: key });
  await taken(whole.send({ msgtype: 'actionCard', actionCard: { title: 't', text: 'ring', singleTitle: 'go', singleURL: 'http://a/' } }));
  const found = (await messages(token)).map((one) => one.message);
  same('types', found.map((one) => one.msgtype), ['text', 'text', 'link', 'markdown', 'actionCard', 'feedCard', 'actionCard']);
  same('at', found[0].at.atMobiles, ['13900000000']);
  same('link', found[2].link, link);
  same('at all', found[3].at.isAtAll, true);
  same('btns', found[4].actionCard.btns, card.btns);
  same('links', found[5].feedCard.links, links);
  same('singleURL', found[6].actionCard.singleURL, 'http://a/');
}

async function unsigned() {
  await robot('senderplain');
  await everyType('senderplain');
}

async function signed() {
  await robot('sendersigned', { secret });
  await everyType('sendersigned', secret);
}

async function faults() {
  await robot('sender', { keywords: ['ring'], secret });
  await refused(310000, '关键词不匹配', bot('sender', secret).text('RING'));
  await refused(310000, '签名不匹配', bot('sender').text('ring'));
  await refused(310000, '签名不匹配', bot('sender', 'SECother').text('ring'));
  await refused(300005, 'token is not exist', bot('nobody').text('ring'));
  await refused(40035, 'access_token', new ChatBot({ webhook: `${endpoint}/robot/send?access_token=` }).text('ring'));
  await refused(460101, '20000', bot('sender', secret).text(`ring${'值'.repeat(7000)}`));
  await refused(400105, '不支持的消息类型', bot('sender', secret).send({ msgtype: 'video' }));
  await refused(400402, 'title', bot('sender', secret).markdown(undefined, 'ring'));
  await refused(400402, 'messageUrl', bot('sender', secret).link({ title: 't', text: 'ring', messageURL: 'http://a/' }));
  await refused(400402, 'btns', bot('sender', secret).actionCard({ title: 't', text: 'ring' }));
  await refused(400402, 'links', bot('sender', secret).feedCard([]));
  await robot('senderfar', { allowed_ips: ['10.0.0.0/8'] });
  await refused(310000, 'ip', bot('senderfar').text('ring'));
  same('messages that passed', await messages('sender'), []);
}

run([unsigned, signed, faults]);
