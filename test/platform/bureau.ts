/**
 * The housing bureau's own line-of-business system, older than the platform: a form by POST, its own field names
 * (first letters of the Pinyin), its own codes, its own answer.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { now, type App, type Platform } from './context.ts';

/** Everything the form has. What is not here is refused: the bureau wants no data that it has no field for. */
export const bureauForm = z.strictObject({
  ywlsh: z.string().min(1).max(64).describe('业务流水号 running number of the sender; repeating it changes nothing'),
  sxbm: z.string().min(1).max(64).describe('事项编码 item code'),
  sljg: z.string().min(1).max(64).describe('受理机构 hall and terminal that accepted it'),
  slsj: z.string().regex(/^\d{14}$/).describe('受理时间 yyyymmddHHMMSS'),
  sqrxm: z.string().min(1).max(50).describe('申请人姓名 name'),
  zjhm: z.string().min(1).max(30).describe('证件号码 ID number'),
  xb: z.enum(['1', '2', '9']).describe('性别 1 male, 2 female, 9 not said'),
  csrq: z.string().regex(/^\d{8}$/).describe('出生日期 yyyymmdd'),
  lxdh: z.string().regex(/^1\d{10}$/).describe('联系电话 mobile number'),
  hyzk: z.enum(['10', '20', '30', '40']).describe('婚姻状况 10 single, 20 married, 30 widowed, 40 divorced (GB/T 2261.2)'),
  poxm: z.string().max(50).default('').describe('配偶姓名 spouse, empty without one'),
  jtrk: z.string().regex(/^\d{1,2}$/).describe('家庭人口 people at home'),
  xzdz: z.string().min(1).max(100).describe('现住地址 address'),
  xzfs: z.enum(['1', '2', '3', '4', '9']).describe('居住方式 1 rented, 2 with relatives, 3 dormitory, 4 own, 9 none'),
  gzdw: z.string().min(1).max(60).describe('工作单位 employer'),
  jtysr: z.string().regex(/^\d{1,8}\.\d{2}$/).describe('家庭月收入 yuan with two decimals'),
  sqhx: z.enum(['1', '2', '0']).describe('申请户型 1 one bedroom, 2 two, 0 either'),
  dhtz: z.enum(['Y', 'N']).describe('电话通知 call with the result'),
});

const reply = z.object({ code: z.string(), msg: z.string(), ywlsh: z.string().nullable(), slbh: z.string().nullable() });

export const BUREAU_PATH = '/bureau/housing/forms';

export const bureauRoutes = (app: App, platform: Platform): void => {
  app.post(
    BUREAU_PATH,
    {
      schema: {
        summary: 'Housing bureau: file an application form',
        description: 'application/x-www-form-urlencoded, UTF-8. Repeating a ywlsh with the same fields gives the same slbh (200 instead of 201), with others 409.',
        tags: ['line-of-business'],
        consumes: ['application/x-www-form-urlencoded'],
        body: bureauForm,
        response: { 200: reply, 201: reply, 400: reply, 409: reply },
      },
      // The bureau answers its own way, never with a problem document.
      errorHandler: (error, _request, answer) => {
        const fields = (error.validation ?? []).map((issue) => issue.instancePath.replace('/', '') || (issue.message ?? '')).join(', ');
        void answer.code(400).send({ code: '1001', msg: `报文有误 ${fields || error.message}`, ywlsh: null, slbh: null });
      },
    },
    async (request, answer) => {
      const form = request.body;
      const digest = createHash('sha256')
        .update(JSON.stringify(Object.entries(form).sort(([a], [b]) => (a < b ? -1 : 1))))
        .digest('hex');
      const number = (slbh: number | bigint): string => `ZF${String(slbh).padStart(10, '0')}`;
      const before = platform.db.prepare('SELECT slbh, digest FROM bureau_forms WHERE ywlsh = ?').get(form.ywlsh) as { slbh: number; digest: string } | undefined;
      if (before !== undefined) {
        if (before.digest !== digest) return answer.code(409).send({ code: '1009', msg: '业务流水号已用于另一份申请', ywlsh: form.ywlsh, slbh: null });
        return answer.code(200).send({ code: '0', msg: '已受理', ywlsh: form.ywlsh, slbh: number(before.slbh) });
      }
      const { lastInsertRowid } = platform.db.prepare('INSERT INTO bureau_forms (ywlsh, digest, fields, received_at) VALUES (?, ?, ?, ?)').run(form.ywlsh, digest, JSON.stringify(form), now(platform));
      return answer.code(201).send({ code: '0', msg: '受理成功', ywlsh: form.ywlsh, slbh: number(lastInsertRowid) });
    },
  );
};
