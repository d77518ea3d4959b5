import { ActionIcon } from "@mantine/core";
import { IconMinus, IconPlus } from "@tabler/icons-react";
import L from "leaflet";
import "leaflet/dist/leaflet.css";
import { useEffect, useRef, useState } from "react";
import { usePhrases } from "../i18n/phrases";
import type { MapSettings, Place, Shape } from "../protocolGeo";
import css from "./Map.module.css";
import { outline } from "./outline";
import { pair } from "./shapes";
import { mapWords } from "./words";

export interface Mark {
  id: string;
  place: Place;
  /** Said to who points at it or hears the page. */
  title: string;
  kind: "technician" | "warning" | "chosen" | "customer" | "stop" | "pick";
  /** Shown beside it all the time. */
  label?: string;
  click?: () => void;
}

interface MapViewProps {
  settings: MapSettings | null;
  marks: Mark[];
  track?: Place[];
  shapes?: { id: string; name: string; shape: Shape; isChosen?: boolean }[];
  /** The map goes to these when they become others. */
  focus: Place[];
  click?: (place: Place) => void;
  moved?: (box: { south: number; west: number; north: number; east: number }) => void;
  label: string;
}

const icons = Object.fromEntries(
  (["technician", "warning", "chosen", "customer", "stop", "pick"] as const).map((kind) => [kind, L.divIcon({ className: `${css.mark} ${css[kind]}`, iconSize: [18, 18] })]),
) as Record<Mark["kind"], L.DivIcon>;

/** A map of our own files: the outline of the world, tiles where some are configured, and what is given. */
export function MapView(props: MapViewProps) {
  const { settings, marks, track, shapes, focus } = props;
  const { say } = usePhrases(mapWords);
  const box = useRef<HTMLDivElement>(null);
  const [map, setMap] = useState<L.Map | null>(null);
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    const made = L.map(box.current!, { center: [30, 48], zoom: 4, minZoom: 2, worldCopyJump: true, zoomControl: false, attributionControl: false });
    L.control.scale({ imperial: false, position: "bottomleft" }).addTo(made);
    made.on("click", ({ latlng }) => latest.current.click?.(placeOf(latlng)));
    const tell = () => {
      const seen = made.getBounds();
      latest.current.moved?.({ south: Math.max(-90, seen.getSouth()), west: Math.max(-180, seen.getWest()), north: Math.min(90, seen.getNorth()), east: Math.min(180, seen.getEast()) });
    };
    made.on("moveend", tell);
    const watch = new ResizeObserver(() => made.invalidateSize());
    watch.observe(box.current!);
    setMap(made);
    tell();
    return () => {
      watch.disconnect();
      made.remove();
      setMap(null);
    };
  }, []);

  useEffect(() => (map && settings ? ground(map, settings) : undefined), [map, settings]);
  useMarks(map, marks);
  useEffect(() => {
    if (!map || !track || track.length === 0) return;
    const line = L.polyline(track.map(pair), { className: css.track!, weight: 4, interactive: false }).addTo(map);
    return () => void line.remove();
  }, [map, track]);
  useEffect(() => {
    if (!map || !shapes) return;
    const group = L.layerGroup(shapes.map(({ name, shape, isChosen }) => layerOf(shape, isChosen ?? false).bindTooltip(named(name), { sticky: true }))).addTo(map);
    return () => void group.remove();
  }, [map, shapes]);
  const places = JSON.stringify(focus);
  useEffect(() => {
    const all = JSON.parse(places) as Place[];
    if (!map || all.length === 0) return;
    map.fitBounds(L.latLngBounds(all.map(pair)).pad(0.2), { maxZoom: 15, animate: false });
  }, [map, places]);

  return (
    <div className={css.frame}>
      <div ref={box} className={css.map} dir="ltr" role="application" aria-label={props.label} data-testid="map" data-click={props.click ? "true" : undefined} />
      <div className={css.zoom}>
        <ActionIcon variant="default" size="lg" onClick={() => map?.zoomIn()} aria-label={say("zoom_in")}><IconPlus size={18} /></ActionIcon>
        <ActionIcon variant="default" size="lg" onClick={() => map?.zoomOut()} aria-label={say("zoom_out")}><IconMinus size={18} /></ActionIcon>
      </div>
      {settings?.attribution && <p className={css.attribution} dir="auto">{settings.attribution}</p>}
    </div>
  );
}

/** Marks stay what they are while they move: only what is different is touched. */
function useMarks(map: L.Map | null, marks: Mark[]) {
  const shown = useRef(new Map<string, { marker: L.Marker; mark: Mark }>());
  useEffect(() => {
    const known = shown.current;
    return () => known.clear();
  }, [map]);
  useEffect(() => {
    if (!map) return;
    const known = shown.current;
    const present = new Set(marks.map(({ id }) => id));
    for (const [id, { marker }] of known) {
      if (present.has(id)) continue;
      marker.remove();
      known.delete(id);
    }
    for (const mark of marks) {
      const old = known.get(mark.id);
      if (old && old.mark.title === mark.title && old.mark.kind === mark.kind && old.mark.label === mark.label) {
        old.marker.setLatLng(pair(mark.place));
        old.mark = mark;
        continue;
      }
      old?.marker.remove();
      const marker = L.marker(pair(mark.place), { icon: icons[mark.kind], title: mark.title, keyboard: mark.click !== undefined, interactive: mark.click !== undefined }).addTo(map);
      const entry = { marker, mark };
      if (mark.click) marker.on("click", () => entry.mark.click?.());
      if (mark.label) marker.bindTooltip(named(mark.label), { permanent: true, direction: "top", offset: [0, -8], className: css.label! });
      marker.getElement()?.setAttribute("data-testid", `mark-${mark.kind}`);
      known.set(mark.id, entry);
    }
  }, [map, marks]);
}

/** A name as text, never as markup, in its own direction. */
function named(name: string): HTMLElement {
  const element = document.createElement("bdi");
  element.textContent = name;
  return element;
}

function placeOf({ lat, lng }: L.LatLng): Place {
  const wrapped = ((((lng + 180) % 360) + 360) % 360) - 180;
  return { lat: Number(lat.toFixed(6)), lon: Number(wrapped.toFixed(6)) };
}

function layerOf(shape: Shape, isChosen: boolean): L.Path {
  const style = { className: isChosen ? css.chosenShape! : css.shape!, weight: 2 };
  if (shape.kind === "circle") return L.circle(pair(shape.centre), { ...style, radius: shape.radius_metres });
  if (shape.kind === "polygon") return L.polygon(shape.points.map(pair), style);
  return L.polyline(shape.points.map(pair), { ...style, weight: 6, fill: false });
}

/** The outline lies below everything; tiles cover it where there are any. */
function ground(map: L.Map, settings: MapSettings): () => void {
  let isGone = false;
  const layers: L.Layer[] = [];
  const add = (layer: L.Layer) => {
    if (isGone) return;
    layers.push(layer.addTo(map));
  };
  void outline().then((lines) => add(L.polyline(lines, { className: css.outline!, weight: 1, interactive: false, renderer: L.svg({ pane: "tilePane" }) })));
  if (settings.tile_url) add(L.tileLayer(settings.tile_url, { maxZoom: 19 }));
  const { file } = settings;
  if (file) void import("pmtiles").then(({ PMTiles, leafletRasterLayer }) => add(leafletRasterLayer(new PMTiles(file), { maxZoom: 19 }) as L.Layer));
  return () => {
    isGone = true;
    for (const layer of layers) layer.remove();
  };
}

