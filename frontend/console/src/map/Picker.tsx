import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { IconMapPin } from "@tabler/icons-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { usePhrases } from "../i18n/phrases";
import type { Place } from "../protocolGeo";
import type { Mark } from "./MapView";
import { mapWords } from "./words";
import { useMapSettings } from "./useMapSettings";

const MapView = lazy(async () => ({ default: (await import("./MapView")).MapView }));

/** A place that a person puts on the map by hand: nobody outside is asked where an address is. */
export function PlaceField(props: { value: Place | null; set: (place: Place | null) => void; label: string; isDisabled?: boolean }) {
  const { value, set } = props;
  const { say } = usePhrases(mapWords);
  const [isOpen, setOpen] = useState(false);
  return (
    <Group gap="xs">
      <Button variant="default" size="xs" leftSection={<IconMapPin size={16} aria-hidden />} onClick={() => setOpen(true)} disabled={props.isDisabled ?? false} data-testid="place-on-map">
        {props.label}
      </Button>
      {value && <Text size="xs" c="dimmed"><bdi dir="ltr" data-testid="place-value">{value.lat.toFixed(5)}, {value.lon.toFixed(5)}</bdi></Text>}
      {value && !props.isDisabled && <Button variant="subtle" size="compact-xs" color="gray" onClick={() => set(null)}>{say("no_place")}</Button>}
      <Modal opened={isOpen} onClose={() => setOpen(false)} title={props.label} size="xl" closeButtonProps={{ "aria-label": say("close") }}>
        {isOpen && <Pick value={value} set={(place) => (set(place), setOpen(false))} />}
      </Modal>
    </Group>
  );
}

function Pick(props: { value: Place | null; set: (place: Place) => void }) {
  const { say } = usePhrases(mapWords);
  const settings = useMapSettings();
  const [place, setPlace] = useState(props.value);
  const [begun] = useState(props.value ? [props.value] : []);
  const marks = useMemo<Mark[]>(() => (place ? [{ id: "pick", place, title: say("place"), kind: "pick" }] : []), [place, say]);
  return (
    <Stack gap="sm">
      <Text size="sm">{say("click_map")}</Text>
      <div style={{ blockSize: "60vh" }}>
        <Suspense fallback={null}><MapView settings={settings} marks={marks} focus={begun} click={setPlace} label={say("map")} /></Suspense>
      </div>
      <Group justify="flex-end"><Button disabled={place === null} onClick={() => place && props.set(place)} data-testid="place-take">{say("take_place")}</Button></Group>
    </Stack>
  );
}
