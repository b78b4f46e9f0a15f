/**
 * The housing bureau's own line-of-business system, older than the platform: a form by POST, its own field names
 * (first letters of the Pinyin), its own codes, its own answer. `kiosk-config/demo-hall/adapters` says how a case becomes it.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { now, type App, type Platform } from './context.ts';

const text = (most: number): z.ZodString => z.string().min(1).max(most);

/** Everything the form has. What is not here is refused: the bureau wants no data that it has no field for. */
export const bureauForm = z.strictObject({
  TRANS_NO: text(300).describe('交易号 the sender\'s key; repeating it changes nothing'),
  YWLSH: text(64).describe('业务流水号 case number; a corrected case comes again under it'),
  SXBM: text(64).describe('事项编码 item code'),
  SLSJ: z.string().regex(/^\d{14}$/).describe('受理时间 yyyymmddHHMMSS'),
  SQLY: z.literal('ZZZD').describe('申请来源 ZZZD: self-service terminal'),
  SQRXM: text(50).describe('申请人姓名 name'),
  ZJHM: text(30).describe('证件号码 ID number'),
  ZJLX: z.enum(['111', '553', '516']).describe('证件类型 kind of card'),
  XB: z.enum(['0', '1', '2', '9']).describe('性别 sex'),
  CSRQ: z.string().regex(/^\d{8}$/).describe('出生日期 yyyymmdd'),
  MZ: z.string().max(20).describe('民族 ethnicity, may be empty'),
  HJDZ: z.string().max(100).describe('户籍地址 address on the card, may be empty'),
  LXDH: z.string().regex(/^1\d{10}$/).describe('联系电话 mobile number'),
  HYZK: z.enum(['10', '20', '30', '40']).describe('婚姻状况 10 single, 20 married, 30 widowed, 40 divorced'),
  POXM: z.string().max(50).describe('配偶姓名 spouse, empty without one'),
  JTRKS: z.string().regex(/^\d{1,2}$/).describe('家庭人口数 people at home'),
  XJZDZ: text(100).describe('现居住地址 present address'),
  ZFQK: z.enum(['1', '2', '3', '4', '9']).describe('住房情况 1 rented, 2 with relatives, 3 dormitory, 4 own, 9 none'),
  GZDW: text(60).describe('工作单位 employer'),
  JTYSR: z.string().regex(/^\d{1,10}$/).describe('家庭月收入 household income a month, fen'),
  SQHX: z.enum(['0', '1', '2']).describe('申请户型 1 one bedroom, 2 two, 0 either'),
  DHTZ: z.enum(['0', '1']).describe('电话通知 1: call with the result'),
});

const reply = z.object({ code: z.string(), msg: z.string(), TRANS_NO: z.string().nullable(), SLBH: z.string().nullable() });

export const BUREAU_PATH = '/line-of-business/public-rental-housing';

export const bureauRoutes = (app: App, platform: Platform): void => {
  app.post(
    BUREAU_PATH,
    {
      schema: {
        summary: 'Housing bureau: file an application form',
        description: 'application/x-www-form-urlencoded, UTF-8. Repeating a TRANS_NO with the same fields gives the same SLBH (200 instead of 201), with others 422.',
        tags: ['line-of-business'],
        consumes: ['application/x-www-form-urlencoded'],
        body: bureauForm,
        response: { 200: reply, 201: reply, 400: reply, 422: reply },
      },
      // The bureau answers its own way, never with a problem document.
      errorHandler: (error, _request, answer) => {
        const fields = (error.validation ?? []).map((issue) => issue.instancePath.replace('/', '') || (issue.message ?? '')).join(', ');
        void answer.code(400).send({ code: '1001', msg: `报文有误 ${fields || error.message}`, TRANS_NO: null, SLBH: null });
      },
    },
    async (request, answer) => {
      const form = request.body;
      const digest = createHash('sha256')
        .update(JSON.stringify(Object.entries(form).sort(([a], [b]) => (a < b ? -1 : 1))))
        .digest('hex');
      const number = (slbh: number | bigint): string => `ZF${String(slbh).padStart(10, '0')}`;
      const before = platform.db.prepare('SELECT slbh, digest FROM bureau_forms WHERE trans_no = ?').get(form.TRANS_NO) as { slbh: number; digest: string } | undefined;
      if (before !== undefined) {
        if (before.digest !== digest) return answer.code(422).send({ code: '1009', msg: '交易号已用于另一份申请', TRANS_NO: form.TRANS_NO, SLBH: null });
        return answer.code(200).send({ code: '0', msg: '已受理', TRANS_NO: form.TRANS_NO, SLBH: number(before.slbh) });
      }
      const { lastInsertRowid } = platform.db.prepare('INSERT INTO bureau_forms (trans_no, ywlsh, digest, fields, received_at) VALUES (?, ?, ?, ?, ?)').run(form.TRANS_NO, form.YWLSH, digest, JSON.stringify(form), now(platform));
      return answer.code(201).send({ code: '0', msg: '受理成功', TRANS_NO: form.TRANS_NO, SLBH: number(lastInsertRowid) });
    },
  );
};
