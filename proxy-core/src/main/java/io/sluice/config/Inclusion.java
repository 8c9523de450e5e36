package io.sluice.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Stream;

/** Puts an included file into the one that includes it, as LiteLLM does. */
final class Inclusion {

    /*
     * Lists are joined and sections merged. Where both files set one value the included one counts,
     * because that is what LiteLLM's users know; they are told.
     */

    private final Problems problems;

    Inclusion(Problems problems) {
        this.problems = problems;
    }

    ConfigNode.Mapping merged(ConfigNode.Mapping main, ConfigNode.Mapping included) {
        LinkedHashMap<String, ConfigNode.Member> members = new LinkedHashMap<>(main.members());
        included.members()
                .forEach((key, member) -> {
                    if (!key.equals("include")) {
                        members.merge(key, member, this::merged);
                    }
                });
        List<ConfigNode.Member> overridden = new ArrayList<>(main.overridden());
        overridden.addAll(included.overridden());
        return new ConfigNode.Mapping(
                members, overridden, main.place(), main.weight() + included.weight());
    }

    private ConfigNode.Member merged(ConfigNode.Member main, ConfigNode.Member included) {
        if (main.value() instanceof ConfigNode.Mapping first
                && included.value() instanceof ConfigNode.Mapping second) {
            return new ConfigNode.Member(main.key(), main.keyPlace(), merged(first, second));
        }
        if (main.value() instanceof ConfigNode.Sequence first
                && included.value() instanceof ConfigNode.Sequence second) {
            List<ConfigNode> items =
                    Stream.concat(first.items().stream(), second.items().stream()).toList();
            return new ConfigNode.Member(
                    main.key(),
                    main.keyPlace(),
                    new ConfigNode.Sequence(
                            items, first.place(), first.weight() + second.weight()));
        }
        problems.add(
                Severity.WARNING,
                included.keyPlace(),
                included.key() + " is set in " + main.keyPlace() + " too; this one counts",
                null);
        return included;
    }
}
