using System.Net.Sockets;
using Npgsql;
using RecoveryOS.Core.Database;

namespace RecoveryOS.Core.Tests.Database;

public sealed class OutageTests
{
    [Theory]
    [InlineData(PostgresErrorCodes.QueryCanceled, true)]
    [InlineData(PostgresErrorCodes.AdminShutdown, true)]
    [InlineData(PostgresErrorCodes.CrashShutdown, true)]
    [InlineData(PostgresErrorCodes.CannotConnectNow, true)]
    [InlineData(PostgresErrorCodes.TooManyConnections, true)]
    [InlineData(PostgresErrorCodes.DiskFull, true)]
    [InlineData(PostgresErrorCodes.ReadOnlySqlTransaction, true)] // the old primary after a failover
    [InlineData(PostgresErrorCodes.CheckViolation, false)]
    [InlineData(PostgresErrorCodes.UndefinedTable, false)]
    public void A_servers_refusal_is_an_outage_when_it_passes_by_itself(string sqlState, bool expected) =>
        Assert.Equal(expected, Outage.Is(new PostgresException("", "ERROR", "ERROR", sqlState)));

    [Fact]
    public void A_broken_or_silent_connection_is_an_outage_and_a_bug_is_none()
    {
        Assert.True(Outage.Is(new TimeoutException()));
        Assert.True(Outage.Is(new NpgsqlException("", new SocketException())));
        Assert.True(Outage.Is(new NpgsqlException("", new IOException())));
        Assert.False(Outage.Is(new InvalidOperationException()));
    }
}
