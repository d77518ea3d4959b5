import { TextInput } from "@mantine/core";

interface MomentProps {
  label: string;
  value: Date | null;
  set: (value: Date | null) => void;
  error?: string | undefined;
}

/** A date with a time, where the reader is. */
export function MomentField(props: MomentProps) {
  const { value } = props;
  return (
    <TextInput
      type="datetime-local"
      label={props.label}
      value={value === null ? "" : localText(value)}
      onChange={(event) => props.set(event.currentTarget.value === "" ? null : new Date(event.currentTarget.value))}
      error={props.error}
      data-testid="moment"
    />
  );
}

function localText(moment: Date): string {
  const two = (part: number) => String(part).padStart(2, "0");
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}T${two(moment.getHours())}:${two(moment.getMinutes())}`;
}
