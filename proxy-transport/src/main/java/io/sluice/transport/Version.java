package io.sluice.transport;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** Which Sluice this is. */
public final class Version {

    private static final Properties PROPERTIES = read();

    private Version() {}

    public static String text() {
        return PROPERTIES.getProperty("version", "unknown");
    }

    private static Properties read() {
        Properties properties = new Properties();
        try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            properties.clear();
        }
        return properties;
    }
}
