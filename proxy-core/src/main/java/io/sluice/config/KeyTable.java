package io.sluice.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All keys that a configuration may have: the one source of checks, schema and documentation. */
public final class KeyTable {

    private static final KeyTable INSTANCE =
            new KeyTable(Stream.concat(SluiceKeys.all(), LiteLlmKeys.all()).toList());

    private final Map<String, KeySpec> specs = new LinkedHashMap<>();
    private final Node root = new Node();
    private final Set<String> ownSections;

    private KeyTable(List<KeySpec> keys) {
        keys.forEach(this::add);
        ownSections =
                SluiceKeys.all()
                        .map(key -> key.path().replaceFirst("[.\\[].*", ""))
                        .collect(Collectors.toUnmodifiableSet());
    }

    /** The table. Immutable. */
    public static KeyTable instance() {
        return INSTANCE;
    }

    private void add(KeySpec key) {
        if (specs.putIfAbsent(key.path(), key) != null) {
            throw new IllegalStateException("a key twice: " + key.path());
        }
        Node node = root;
        for (String name : key.path().replace("[]", ".[]").split("\\.", -1)) {
            node = node.children.computeIfAbsent(name, _ -> new Node());
        }
        node.spec = key;
    }

    /** All keys, Sluice's own first. */
    public List<KeySpec> keys() {
        return List.copyOf(specs.values());
    }

    /**
     * The key with the given path.
     *
     * @throws IllegalArgumentException if there is none
     */
    KeySpec key(String path) {
        KeySpec key = specs.get(path);
        if (key == null) {
            throw new IllegalArgumentException("no such key: " + path);
        }
        return key;
    }

    /** The key under which a concrete path, such as {@code keys[3].alias}, is described. */
    KeySpec keyOf(String concretePath) {
        return key(concretePath.replaceAll("\\[[0-9]+]", "[]"));
    }

    /** Whether a top-level key belongs to Sluice rather than to LiteLLM. */
    boolean isOwn(String topLevelKey) {
        return ownSections.contains(topLevelKey);
    }

    Node root() {
        return root;
    }

    /** A place in the tree of keys. */
    static final class Node {

        private final Map<String, Node> children = new TreeMap<>();
        private @Nullable KeySpec spec;

        /** What may stand here; {@code null} for a section that has no description of its own. */
        @Nullable KeySpec spec() {
            return spec;
        }

        /** The child that {@code name} falls under, or {@code null}. */
        @Nullable Node find(String name) {
            Node exact = children.get(name);
            if (exact != null) {
                return exact;
            }
            for (Map.Entry<String, Node> child : children.entrySet()) {
                String pattern = child.getKey();
                if (pattern.endsWith("*")
                        && name.startsWith(pattern.substring(0, pattern.length() - 1))) {
                    return child.getValue();
                }
            }
            return null;
        }

        /** The description of a list's elements, or {@code null}. */
        @Nullable Node element() {
            return children.get("[]");
        }

        /** Whether there are keys below. */
        boolean hasChildren() {
            return !children.isEmpty();
        }

        /** The names that may stand here. */
        List<String> names() {
            return children.keySet().stream()
                    .filter(name -> !name.endsWith("*") && !name.equals("[]"))
                    .toList();
        }

        /** The section below this one that has a key of the given name, or {@code null}. */
        @Nullable String sectionWith(String name) {
            List<String> sections = new ArrayList<>();
            children.forEach((section, child) -> {
                if (child.children.containsKey(name)) {
                    sections.add(section);
                }
            });
            return sections.size() == 1 ? sections.getFirst() : null;
        }
    }
}
