import { IconBrandTelegram, IconDoorEnter, IconMail, IconMessageCircle, IconMessage2, IconPhone, IconPrinter, IconTicket } from "@tabler/icons-react";
import { useSpeech } from "../../i18n/context";
import type { Channel } from "../../protocol";

const icons = {
  email: IconMail,
  sms: IconMessage2,
  voice: IconPhone,
  webchat: IconMessageCircle,
  telegram: IconBrandTelegram,
  portal: IconDoorEnter,
  ticket: IconTicket,
  smpp: IconMessage2,
  fax: IconPrinter,
  cti: IconPhone,
} satisfies Record<Channel, unknown>;

export function ChannelIcon(props: { channel: Channel; size?: number }) {
  const { say } = useSpeech();
  // A channel that this build does not know yet is shown as a message.
  const Icon = icons[props.channel] ?? IconMessage2;
  return <Icon size={props.size ?? 20} role="img" aria-label={say(`channel.${props.channel}`)} />;
}
