package io.sluice.config;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads YAML 1.2 into {@link ConfigNode}s.
 *
 * <p>Confined to one load.
 */
final class YamlReader {

    /*
     * The tree is built from the parser's events, not from its node graph: the events carry marks,
     * their nesting can be counted before it is followed, and an alias can share the node it names,
     * so that neither depth nor aliases cost more than the file's own length. A weight that counts
     * what a walk would meet refuses the file that is small to read and huge to walk.
     *
     * Inside a flow collection a brace ends a plain scalar, so {key: ${env:NAME}} is not YAML. The
     * special characters of a reference are exchanged for private-use ones of the same length
     * before parsing and put back in the scalars, which keeps every mark where it was.
     */

    static final int MAX_BYTES = 8 << 20;
    private static final int MAX_DEPTH = 64;
    private static final long MAX_WEIGHT = 500_000;
    private static final String SPECIAL = "{}[],:#";
    private static final char FIRST_STAND_IN = '\uE5A0';
    private static final char LAST_STAND_IN = (char) (FIRST_STAND_IN + SPECIAL.length() - 1);
    private static final Pattern REFERENCE =
            Pattern.compile("\\$\\{(?:env|file|cred):[^}\\n\\r]*}");
    private static final Pattern NAMED = Pattern.compile("(alias|handle|anchor|tag)\\b.*");

    private final String file;
    private final Problems problems;
    private final Map<Anchor, ConfigNode> anchors = new HashMap<>();
    private boolean shielding;

    YamlReader(String file, Problems problems) {
        this.file = file;
        this.problems = problems;
    }

    /** The document in {@code bytes}, or {@code null} if it is empty or cannot be read. */
    @Nullable ConfigNode read(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            problems.add(
                    Severity.ERROR, Place.startOf(file), "the file is larger than 8 MiB", null);
            return null;
        }
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            problems.add(Severity.ERROR, Place.startOf(file), "the file is not UTF-8", null);
            return null;
        }
        return read(text.startsWith("\uFEFF") ? text.substring(1) : text);
    }

    /** The document in {@code text}, or {@code null} if it is empty or cannot be read. */
    @Nullable ConfigNode read(String text) {
        problems.source(file, text);
        try {
            return document(parse(shielded(text)));
        } catch (Unreadable e) {
            unreadable(e.place, e.problem, e.hint);
        } catch (MarkedYamlEngineException e) {
            unreadable(
                    place(e.getProblemMark(), e.getProblemMark()),
                    NAMED.matcher(String.valueOf(e.getProblem())).replaceFirst("$1"),
                    hint(String.valueOf(e.getProblem())));
        } catch (YamlEngineException e) {
            unreadable(Place.startOf(file), "a character that YAML does not allow", null);
        }
        return null;
    }

    private void unreadable(Place place, String problem, @Nullable String hint) {
        problems.unreadable(file);
        problems.add(Severity.ERROR, place, "this is not YAML: " + problem, hint);
    }

    private static @Nullable String hint(String problem) {
        if (problem.contains("\\t")) {
            return "indent with blanks, not with tabs";
        }
        if (problem.contains("alias") || problem.contains("cannot start any token")) {
            return "a value that begins with a special character needs quotes";
        }
        if (problem.contains("mapping values are not allowed")) {
            return "a value that holds \": \" needs quotes";
        }
        return null;
    }

    private static Iterator<Event> parse(String text) {
        LoadSettings settings =
                LoadSettings.builder().setUseMarks(true).setCodePointLimit(MAX_BYTES).build();
        return new Parse(settings).parseString(text).iterator();
    }

    private @Nullable ConfigNode document(Iterator<Event> events) {
        ConfigNode root = null;
        while (events.hasNext()) {
            Event event = events.next();
            switch (event.getEventId()) {
                case DocumentStart -> {
                    if (root != null) {
                        throw new Unreadable(
                                place(event), "a second document in one file", "use include:");
                    }
                }
                case Alias, Scalar, SequenceStart, MappingStart ->
                        root = node(event, events, MAX_DEPTH);
                default -> {}
            }
        }
        return root;
    }

    private ConfigNode node(Event event, Iterator<Event> events, int depth) {
        if (depth == 0) {
            throw new Unreadable(place(event), "more than 64 levels", null);
        }
        return switch (event) {
            case AliasEvent alias -> aliased(alias);
            case ScalarEvent scalar ->
                    anchored(
                            scalar.getAnchor(),
                            new ConfigNode.Scalar(
                                    unshielded(scalar.getValue()),
                                    scalar.isPlain() && scalar.getTag().isEmpty(),
                                    place(scalar)));
            case SequenceStartEvent start ->
                    anchored(start.getAnchor(), sequence(start, events, depth - 1));
            case MappingStartEvent start ->
                    anchored(start.getAnchor(), mapping(start, events, depth - 1));
            default -> throw new Unreadable(place(event), "a value is missing", null);
        };
    }

    private ConfigNode anchored(Optional<Anchor> anchor, ConfigNode node) {
        if (node.weight() > MAX_WEIGHT) {
            throw new Unreadable(node.place(), "aliases make this too large", null);
        }
        anchor.ifPresent(name -> anchors.put(name, node));
        return node;
    }

    private ConfigNode aliased(AliasEvent alias) {
        ConfigNode node = anchors.get(alias.getAlias());
        if (node == null) {
            throw new Unreadable(
                    place(alias),
                    "an alias without an anchor before it",
                    "a value that begins with * needs quotes");
        }
        return node;
    }

    private ConfigNode sequence(Event start, Iterator<Event> events, int depth) {
        List<ConfigNode> items = new ArrayList<>();
        long weight = 1;
        Event event = events.next();
        while (event.getEventId() != Event.ID.SequenceEnd) {
            ConfigNode item = node(event, events, depth);
            items.add(item);
            weight += item.weight();
            event = events.next();
        }
        return new ConfigNode.Sequence(List.copyOf(items), place(start), weight);
    }

    private ConfigNode mapping(Event start, Iterator<Event> events, int depth) {
        LinkedHashMap<String, ConfigNode.Member> members = new LinkedHashMap<>();
        List<ConfigNode.Member> overridden = new ArrayList<>();
        List<ConfigNode> merged = new ArrayList<>();
        long weight = 1;
        Event event = events.next();
        while (event.getEventId() != Event.ID.MappingEnd) {
            if (!(node(event, events, depth) instanceof ConfigNode.Scalar key)) {
                throw new Unreadable(place(event), "a key that is not a single value", null);
            }
            ConfigNode value = node(events.next(), events, depth);
            weight += 1 + value.weight();
            if (key.plain() && key.text().equals("<<")) {
                merged.add(value);
            } else {
                ConfigNode.Member member = new ConfigNode.Member(key.text(), key.place(), value);
                ConfigNode.Member earlier = members.put(key.text(), member);
                if (earlier != null) {
                    overridden.add(earlier);
                }
            }
            event = events.next();
        }
        merged.forEach(source -> merge(source, members));
        return new ConfigNode.Mapping(members, List.copyOf(overridden), place(start), weight);
    }

    private static void merge(ConfigNode source, Map<String, ConfigNode.Member> members) {
        switch (source) {
            case ConfigNode.Mapping mapping ->
                    mapping.members().forEach((key, member) -> members.putIfAbsent(key, member));
            case ConfigNode.Sequence sequence ->
                    sequence.items().forEach(item -> mergeMapping(item, members));
            case ConfigNode.Scalar scalar -> throw notMergeable(scalar);
        }
    }

    private static void mergeMapping(ConfigNode source, Map<String, ConfigNode.Member> members) {
        if (!(source instanceof ConfigNode.Mapping mapping)) {
            throw notMergeable(source);
        }
        merge(mapping, members);
    }

    private static Unreadable notMergeable(ConfigNode source) {
        return new Unreadable(source.place(), "<< takes a mapping or a list of mappings", null);
    }

    private Place place(Event event) {
        return place(event.getStartMark(), event.getEndMark());
    }

    private Place place(Optional<Mark> start, Optional<Mark> end) {
        if (start.isEmpty() || end.isEmpty()) {
            return Place.startOf(file);
        }
        return new Place(
                file,
                start.get().getLine() + 1,
                start.get().getColumn() + 1,
                end.get().getLine() + 1,
                end.get().getColumn() + 1);
    }

    private String shielded(String text) {
        boolean taken = text.chars().anyMatch(c -> c >= FIRST_STAND_IN && c <= LAST_STAND_IN);
        shielding = !taken && text.contains("${");
        if (!shielding) {
            return text;
        }
        return REFERENCE
                .matcher(text)
                .replaceAll(match -> "\\$" + exchanged(match.group().substring(1)));
    }

    private static String exchanged(String reference) {
        StringBuilder exchanged = new StringBuilder(reference);
        for (int i = 0; i < exchanged.length(); i++) {
            int special = SPECIAL.indexOf(exchanged.charAt(i));
            if (special >= 0) {
                exchanged.setCharAt(i, (char) (FIRST_STAND_IN + special));
            }
        }
        return Matcher.quoteReplacement(exchanged.toString());
    }

    private String unshielded(String text) {
        if (!shielding) {
            return text;
        }
        StringBuilder restored = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= FIRST_STAND_IN && c <= LAST_STAND_IN) {
                restored = restored == null ? new StringBuilder(text) : restored;
                restored.setCharAt(i, SPECIAL.charAt(c - FIRST_STAND_IN));
            }
        }
        return restored == null ? text : restored.toString();
    }

    /** A fault that ends the reading of one file. */
    private static final class Unreadable extends RuntimeException {

        private static final long serialVersionUID = 1;

        private final transient Place place;
        private final transient String problem;
        private final transient @Nullable String hint;

        Unreadable(Place place, String problem, @Nullable String hint) {
            super(problem, null, false, false);
            this.place = place;
            this.problem = problem;
            this.hint = hint;
        }
    }
}
