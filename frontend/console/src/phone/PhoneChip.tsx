import { Badge, Box, Group, UnstyledButton } from "@mantine/core";
import { IconPhone, IconPhoneOff } from "@tabler/icons-react";
import { usePhrases } from "../i18n/phrases";
import { usePhone } from "./context";
import type { PhoneState } from "./phone";
import { phoneWords } from "./words";

const colors: Record<PhoneState, string> = {
  unavailable: "gray", registering: "yellow", ready: "teal", ringing: "blue", connected: "teal", failed: "red",
};

/** How the own phone is; not there for people without one. A failed one is tried again by a click, and the only one that a narrow header has room for. */
export function PhoneChip() {
  const { phone, view } = usePhone();
  const { say } = usePhrases(phoneWords);
  if (!phone) return null;
  const text = say(`state.${view.state}`);
  const why = view.trouble ? say(`trouble.${view.trouble}`) : view.kind === "simulated" ? say("simulated") : "";
  const isFailed = view.state === "failed";
  const mayMove = view.isElsewhere && phone.takeOver !== undefined && view.state === "ready";
  const Icon = isFailed ? IconPhoneOff : IconPhone;
  const name = [`${say("phone")}: ${text}`, why, view.isElsewhere ? say("other_tab") : "", isFailed ? say("retry") : mayMove ? say("take_over") : ""].filter(Boolean).join(". ");
  const chip = (
    <Badge variant="light" color={colors[view.state]} tt="none" size="lg" px={8}>
      <Group gap={4} wrap="nowrap"><Icon size={16} aria-hidden /></Group>
    </Badge>
  );
  const about = { "aria-label": name, title: name, "data-testid": "phone-chip", "data-state": view.state, "data-elsewhere": view.isElsewhere || undefined };
  if (mayMove) return <UnstyledButton onClick={() => phone.takeOver?.()} {...about}>{chip}</UnstyledButton>;
  return isFailed ? <UnstyledButton onClick={() => void phone.register()} {...about}>{chip}</UnstyledButton> : <Box component="span" role="img" visibleFrom="sm" {...about}>{chip}</Box>;
}
