import { phrasebook, usePhrases } from "../i18n/phrases";
import { permissionWords } from "./permissions";

/** Why an agent has not got a work, as the API says it. */
export interface Explained {
  agent_id: string;
  agent_name: string;
  reason: string;
  detail: string;
  skill: string | null;
  level: number | null;
  has: number | null;
  permissions: string[];
  branches: string[];
}

export const reasonWords = phrasebook({
  en: {
    "reason.offline": "Offline",
    "reason.not_ready": "Takes no work at the moment",
    "reason.other_agent": "Kept for another agent for the moment",
    "reason.queue": "Does not work in this queue",
    "reason.channel": "Does not take this channel",
    "reason.excluded": "Declined it, or missed it a moment ago",
    "reason.busy": "Has a call",
    "reason.at_capacity": "Has no room",
    "reason.ramp": "Signed in a moment ago and is given work slowly",
    "skill": "{skill}: level {has}, {level} is needed",
    "no_skill": "Lacks the skill {skill}, level {level} is needed",
    "trust": "Trust {has}, {level} is needed",
    "permission": "Lacks the permission: {name}",
    "branch": "Does not see the branch {name}",
  },
  ar: {
    "reason.offline": "غير متصل",
    "reason.not_ready": "لا يستقبل أعمالًا الآن",
    "reason.other_agent": "محجوز لموظف آخر حاليًا",
    "reason.queue": "لا يعمل في هذه القائمة",
    "reason.channel": "لا يستقبل هذه القناة",
    "reason.excluded": "رفضه، أو فاته قبل قليل",
    "reason.busy": "في مكالمة",
    "reason.at_capacity": "لا سعة لديه",
    "reason.ramp": "سجّل الدخول للتو ويُعطى العمل تدريجيًا",
    "skill": "{skill}: الدرجة {has}، والمطلوب {level}",
    "no_skill": "تنقصه مهارة {skill}، والمطلوب الدرجة {level}",
    "trust": "الثقة {has}، والمطلوب {level}",
    "permission": "تنقصه الصلاحية: {name}",
    "branch": "لا يرى الفرع {name}",
  },
  fa: {
    "reason.offline": "آفلاین",
    "reason.not_ready": "اکنون کار نمی‌گیرد",
    "reason.other_agent": "فعلاً برای کارشناس دیگری نگه داشته شده",
    "reason.queue": "در این صف کار نمی‌کند",
    "reason.channel": "این کانال را نمی‌گیرد",
    "reason.excluded": "آن را رد کرده یا همین حالا از دست داده",
    "reason.busy": "در تماس است",
    "reason.at_capacity": "جا ندارد",
    "reason.ramp": "تازه وارد شده و کم‌کم کار می‌گیرد",
    "skill": "{skill}: سطح {has}، سطح {level} لازم است",
    "no_skill": "مهارت {skill} را ندارد، سطح {level} لازم است",
    "trust": "اعتماد {has}، {level} لازم است",
    "permission": "این دسترسی را ندارد: {name}",
    "branch": "شعبهٔ {name} را نمی‌بیند",
  },
});

/** Says a reason with what lacks by name. */
export function useReason(): (each: Explained) => string {
  const { say, sayAny } = usePhrases(reasonWords);
  const permissions = usePhrases(permissionWords);
  return (each) => {
    const asked = { skill: each.skill ?? "", has: each.has ?? 0, level: each.level ?? 0 };
    if (each.reason === "skill") return say(asked.has ? "skill" : "no_skill", asked);
    if (each.reason === "trust") return say("trust", asked);
    const [permission] = each.permissions;
    if (permission !== undefined) return say("permission", { name: permissions.sayAny("permission", permission, permission) });
    const [branch] = each.branches;
    if (branch !== undefined) return say("branch", { name: branch });
    return sayAny("reason", each.reason, each.detail || each.reason);
  };
}
