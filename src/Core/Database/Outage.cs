using System.Net.Sockets;
using Npgsql;

namespace RecoveryOS.Core.Database;

/// <summary>The one place that says which failures mean that the database is away, and pass by themselves.</summary>
public static class Outage
{
    /// <summary>
    /// No connection, no answer in time, or a server that starts, stops, is full or, after a failover, read-only.
    /// </summary>
    public static bool Is(Exception exception) => exception switch
    {
        PostgresException postgres => postgres.IsTransient
            || postgres.SqlState is PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.ReadOnlySqlTransaction
            || postgres.SqlState.StartsWith("57P", StringComparison.Ordinal),
        NpgsqlException npgsql => npgsql.IsTransient
            || npgsql.InnerException is IOException or SocketException or TimeoutException,
        TimeoutException => true,
        _ => false,
    };
}
