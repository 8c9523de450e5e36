package io.sluice.transport.loop;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.util.Arrays;

/** How the kernel is asked for I/O. Everything that depends on it asks this enum. */
public enum TransportType {
    EPOLL {
        @Override
        public boolean isAvailable() {
            return Epoll.isAvailable();
        }

        @Override
        public IoHandlerFactory newIoHandlerFactory() {
            return EpollIoHandler.newFactory();
        }

        @Override
        public ServerSocketChannel newServerChannel() {
            return new EpollServerSocketChannel();
        }

        @Override
        public SocketChannel newClientChannel() {
            return new EpollSocketChannel();
        }

        @Override
        public DatagramChannel newDatagramChannel() {
            return new EpollDatagramChannel();
        }
    },
    IO_URING {
        @Override
        public boolean isAvailable() {
            return IoUring.isAvailable();
        }

        @Override
        public IoHandlerFactory newIoHandlerFactory() {
            return IoUringIoHandler.newFactory();
        }

        @Override
        public ServerSocketChannel newServerChannel() {
            return new IoUringServerSocketChannel();
        }

        @Override
        public SocketChannel newClientChannel() {
            return new IoUringSocketChannel();
        }

        @Override
        public DatagramChannel newDatagramChannel() {
            return new IoUringDatagramChannel();
        }
    },
    NIO {
        @Override
        public boolean isAvailable() {
            return true;
        }

        @Override
        public IoHandlerFactory newIoHandlerFactory() {
            return NioIoHandler.newFactory();
        }

        @Override
        public ServerSocketChannel newServerChannel() {
            return new NioServerSocketChannel();
        }

        @Override
        public SocketChannel newClientChannel() {
            return new NioSocketChannel();
        }

        @Override
        public DatagramChannel newDatagramChannel() {
            return new NioDatagramChannel();
        }
    };

    /** Whether this machine has it. */
    public abstract boolean isAvailable();

    public abstract IoHandlerFactory newIoHandlerFactory();

    public abstract ServerSocketChannel newServerChannel();

    public abstract SocketChannel newClientChannel();

    public abstract DatagramChannel newDatagramChannel();

    /**
     * Epoll where the machine has it, else NIO. The system property {@code sluice.transport} names
     * another (epoll, io_uring, nio), which is taken where the machine has it.
     */
    public static TransportType best() {
        TransportType usual = EPOLL.isAvailable() ? EPOLL : NIO;
        String asked = System.getProperty("sluice.transport", usual.name());
        return Arrays.stream(values())
                .filter(one -> one.name().equalsIgnoreCase(asked) && one.isAvailable())
                .findFirst()
                .orElse(usual);
    }
}
