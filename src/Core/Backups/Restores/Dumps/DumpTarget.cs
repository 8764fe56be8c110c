using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace RecoveryOS.Core.Backups.Restores.Dumps;

/// <summary>The server that a dump is restored on.</summary>
internal sealed class DumpTarget(NpgsqlConnectionStringBuilder address)
{
    public NpgsqlConnectionStringBuilder AddressOf(string database) => new(address.ConnectionString)
    {
        Database = database,
        Pooling = false,
        CommandTimeout = 0,
    };

    public async Task<NpgsqlConnection> OpenAsync(string database, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(AddressOf(database).ConnectionString);
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    public async Task<int> MajorVersionAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(address.Database ?? "postgres", cancellationToken);
        return connection.PostgreSqlVersion.Major;
    }

    /// <exception cref="BackupException"><c>database_not_empty</c>.</exception>
    public async Task RequireFreeAsync(string name, string? overwrites, CancellationToken cancellationToken)
    {
        if (overwrites is not null && overwrites != name)
        {
            throw new BackupException(
                "database_not_empty",
                $"The database that may be overwritten is '{overwrites}', and '{name}' is restored.");
        }

        if (overwrites == name || !await ExistsAsync(name, cancellationToken))
            return;

        await using var connection = await OpenAsync(name, cancellationToken);
        await using var command = new NpgsqlCommand(
            """
            SELECT (SELECT count(*) FROM pg_class WHERE relnamespace NOT IN (
                        SELECT oid FROM pg_namespace WHERE nspname IN ('pg_catalog', 'information_schema', 'pg_toast')))
                + (SELECT count(*) FROM pg_largeobject_metadata)
            """,
            connection);
        if (Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture) > 0)
        {
            throw new BackupException(
                "database_not_empty",
                $"The database '{name}' is there and not empty: restore into another name, "
                + $"or allow it with --overwrite {name}.");
        }
    }

    /// <param name="locale">Of libc; null: the server's own.</param>
    public Task CreateAsync(string name, string? locale, CancellationToken cancellationToken) => RunAsync(
        $"CREATE DATABASE {Quote(name)} TEMPLATE template0"
        + (locale is null ? "" : $" LOCALE '{locale.Replace("'", "''", StringComparison.Ordinal)}'"),
        cancellationToken);

    public Task DropAsync(string name, CancellationToken cancellationToken) =>
        RunAsync($"DROP DATABASE IF EXISTS {Quote(name)} WITH (FORCE)", cancellationToken);

    /// <summary>The one that had the name goes only now.</summary>
    public async Task TakePlaceAsync(string fresh, string name, CancellationToken cancellationToken)
    {
        await DropAsync(name, cancellationToken);
        await RunAsync($"ALTER DATABASE {Quote(fresh)} RENAME TO {Quote(name)}", cancellationToken);
    }

    private async Task<bool> ExistsAsync(string name, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(Elsewhere, cancellationToken);
        await using var command = new NpgsqlCommand("SELECT 1 FROM pg_database WHERE datname = $1", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name, NpgsqlDbType = NpgsqlDbType.Text });
        return await command.ExecuteScalarAsync(cancellationToken) is not null;
    }

    private async Task RunAsync(string sql, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(Elsewhere, cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>A database can't be dropped or renamed from within.</summary>
    private static string Elsewhere => "template1";

    private static string Quote(string name) => new NpgsqlCommandBuilder().QuoteIdentifier(name);
}
