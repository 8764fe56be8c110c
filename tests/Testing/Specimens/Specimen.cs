using System.Globalization;
using Npgsql;
using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Testing.Specimens;

/// <summary>
/// A real server of its own that holds one of everything: types, kinds of tables, large objects, a tablespace,
/// databases of odd names and an empty one. Everything of it lies in one folder, which is removed with it.
/// </summary>
public sealed class Specimen : IAsyncDisposable
{
    /// <summary>The database with one of everything.</summary>
    public const string Main = "specimen";

    public const string Empty = "empty";

    public const string Odd = "Odd \"name\" with 'quotes' = ü";

    private const string FolderPrefix = "recoveryos-specimen-";

    // What a test writes need not survive the machine.
    private static readonly Dictionary<string, string> Settings = new()
    {
        ["fsync"] = "off",
        ["synchronous_commit"] = "off",
        ["shared_buffers"] = "64MB",
        ["autovacuum_naptime"] = "5s",
    };

    private Specimen(string folder, PostgresServer server) => (Folder, Server) = (folder, server);

    /// <summary>For whatever belongs to this server's tests; the server's own lies in <c>postgres</c>.</summary>
    public string Folder { get; }

    public PostgresServer Server { get; }

    /// <param name="rows">Of the larger tables; 1,000,000 are some 300 MB.</param>
    /// <param name="settings">Added to the server's own.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    public static async Task<Specimen> StartAsync(
        int rows, IReadOnlyDictionary<string, string>? settings, CancellationToken cancellationToken)
    {
        await AbandonedFolders.RemoveAsync(FolderPrefix, cancellationToken);
        var folder = AbandonedFolders.Create(FolderPrefix);
        var server = await PostgresServer.StartAsync(
            Path.Combine(folder, "postgres"),
            new Dictionary<string, string>(Settings.Concat(settings ?? new Dictionary<string, string>())),
            cancellationToken);
        var specimen = new Specimen(folder, server);
        await specimen.FillAsync(rows, cancellationToken);
        return specimen;
    }

    /// <summary>As a target of backups.</summary>
    public TargetServer Target(string name = "specimen") =>
        new(new BackupTarget { Name = name, Url = Server.Url("postgres") });

    public async Task<NpgsqlConnection> OpenAsync(string database, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection($"{Server.ConnectionString(database)};Pooling=false");
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    public async Task ExecuteAsync(string database, string sql, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(database, cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Server.StopAsync(immediate: true, CancellationToken.None);
        Directory.Delete(Folder, recursive: true);
    }

    private async Task FillAsync(int rows, CancellationToken cancellationToken)
    {
        var space = Directory.CreateDirectory(Path.Combine(Folder, "postgres", "far space")).FullName;
        _ = await ServerUser.OwnAsync(space, cancellationToken);
        await ExecuteAsync("postgres", $"CREATE TABLESPACE \"far space\" LOCATION '{space}'", cancellationToken);
        await ExecuteAsync("postgres", "CREATE ROLE \"odd 'role'\" LOGIN PASSWORD 'secret'", cancellationToken);
        foreach (var database in new[] { Main, Empty, Odd })
            await Server.EnsureDatabaseAsync(database, cancellationToken);
        await ExecuteAsync(
            Odd, "CREATE TABLE things (id integer); INSERT INTO things VALUES (1), (2)", cancellationToken);
        await ExecuteAsync(Main, await ScriptAsync(rows, cancellationToken), cancellationToken);
    }

    private static async Task<string> ScriptAsync(int rows, CancellationToken cancellationToken)
    {
        await using var resource = typeof(Specimen).Assembly.GetManifestResourceStream("specimen.sql") ?? Stream.Null;
        using var reader = new StreamReader(resource);
        return (await reader.ReadToEndAsync(cancellationToken))
            .Replace(":rows", rows.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }
}
