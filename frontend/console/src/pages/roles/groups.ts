export interface PermissionGroup {
  name: "work" | "field" | "desk" | "customers" | "team" | "floor" | "administration";
  permissions: string[];
}

const groups: PermissionGroup[] = [
  {
    name: "work",
    permissions: ["work.take", "work.decline", "interaction.read", "interaction.reply", "interaction.start", "interaction.transfer", "visitor.block", "contactform.write"],
  },
  { name: "field", permissions: ["visit.read", "visit.write", "visit.dispatch", "visit.work", "visit.manage"] },
  { name: "desk", permissions: ["ticket.read", "ticket.write", "ticket.assign", "ticket.merge", "ticket.confidential", "ticket.manage", "sla.manage", "automation.manage", "report.read", "report.schedule", "knowledge.write", "knowledge.publish", "solution.send", "complaint.read", "complaint.handle", "complaint.review", "complaint.manage"] },
  { name: "customers", permissions: ["customer.read", "customer.write", "customer.merge"] },
  { name: "team", permissions: ["room.talk", "room.manage", "comment.write", "document.assign", "view.share"] },
  { name: "floor", permissions: ["agent.manage", "queue.manage", "work.explain", "work.supervise", "work.prioritise", "work.overload", "callback.manage", "call.listen", "recording.read", "recording.manage", "text.send_many", "cost.read", "answer.manage"] },
  {
    name: "administration",
    permissions: [
      "access.manage", "audit.read", "channel.manage", "webhook.manage", "operations.read", "operations.manage",
      "extension.manage", "settings.manage", "contactform.manage",
    ],
  },
];

/** The permissions in their groups; what a newer server knows besides comes last, by its own name. */
export function groupsOf(...known: string[][]): PermissionGroup[] {
  const grouped = new Set(groups.flatMap(({ permissions }) => permissions));
  const others = [...new Set(known.flat())].filter((permission) => !grouped.has(permission)).sort();
  return groups.map((group) =>
    group.name === "administration" ? { ...group, permissions: [...group.permissions, ...others] } : group,
  );
}
