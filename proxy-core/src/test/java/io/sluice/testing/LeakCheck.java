package io.sluice.testing;

import io.netty.util.LeakPresenceDetector;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails the test that left a buffer unreleased. Registered for every test by service file. */
public final class LeakCheck implements AfterEachCallback {

    private static final boolean DETECTING =
            ResourceLeakDetectorFactory.instance().newResourceLeakDetector(LeakCheck.class)
                    instanceof LeakPresenceDetector<?>;

    @Override
    public void afterEach(ExtensionContext context) {
        if (DETECTING && ResourceLeakDetector.isEnabled()) {
            LeakPresenceDetector.check();
        }
    }
}
