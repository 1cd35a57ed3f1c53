// May this guest come in? Pure: no clock, no store, no network. The table is docs/rules/offline-redemption.md, a test compares.

const MINUTE = 60_000;
const KST = 9 * 60 * MINUTE;

/** Korean civil time of an instant: day as YYYYMMDD, ISO weekday, minute of the day. */
export function korean(at) {
  const moment = new Date(at + KST);
  return {
    day: moment.toISOString().slice(0, 10).replaceAll("-", ""),
    weekday: moment.getUTCDay() || 7,
    minute: moment.getUTCHours() * 60 + moment.getUTCMinutes(),
  };
}

/** Why a voucher of these terms may not be used now, or "". The same order as `why_not` on the server. */
export function whyNot(terms, lastDay, at) {
  const { day, weekday, minute } = korean(at);
  if (day > lastDay) return "expired";
  if (terms.from && day < terms.from) return "not_yet";
  if (terms.closed_on.includes(day)) return "blackout_day";
  if (!terms.weekdays.includes(weekday)) return "wrong_weekday";
  if ((terms.opens !== null && minute < terms.opens) || (terms.closes !== null && minute >= terms.closes)) return "outside_hours";
  return "";
}

/**
 * The reason to refuse a voucher without asking the mall, or "" to let it in.
 *
 * `voucher` is what `readVoucher` read, with `isDead`. `own` is what this device knows of itself: the codes that it let in,
 * the won that it accepted since its list. `clock` is the corrected instant and whether the device's clock jumped.
 */
export function refusal(voucher, list, own, clock) {
  if (voucher.fault === "unreadable") return "unreadable";
  if (!list) return "no_list";
  if (voucher.fault) return voucher.fault;
  if (own.codes.has(voucher.code)) return "used_here";
  if (!voucher.isSigned || !voucher.type) return "needs_network";
  const terms = list.types[voucher.type];
  if (!terms) return "wrong_partner";
  if (voucher.isDead) return "used";
  if (clock.hasJumped) return "clock_jumped";
  if (clock.at > list.valid_until || clock.at < list.made_at - list.slack_ms) return "old_list";
  const when = whyNot(terms, voucher.lastDay, clock.at);
  if (when) return when;
  if (terms.kind === "amount") return "amount_needs_network";
  return own.accepted + terms.face > list.cap ? "over_the_cap" : "";
}
