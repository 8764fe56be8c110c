using System.Diagnostics;
using System.Security.Cryptography;
using Npgsql;
using RecoveryOS.Core.Database;
using RecoveryOS.Testing;
using RecoveryOS.Testing.Specimens;

namespace RecoveryOS.Cli.Tests.Backups;

/// <summary>What the commands about backups need: a server, a store in a folder, and the service's database.</summary>
internal sealed class CommandStage : IAsyncDisposable
{
    public const string Server = "specimen";

    private CommandStage(Specimen specimen, NpgsqlDataSource database) => (Specimen, Database) = (specimen, database);

    public Specimen Specimen { get; }

    public NpgsqlDataSource Database { get; }

    /// <summary>Named as in the environment.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    public string Folder { get; } = Directory.CreateTempSubdirectory("recoveryos-command-").FullName;

    public string Store => Path.Combine(Folder, "store");

    public string Work => Path.Combine(Folder, "work");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <param name="specimen">Goes with the stage.</param>
    public static async Task<CommandStage> OpenAsync(PostgresFixture postgres, Specimen specimen, bool isSealed)
    {
        var database = await postgres.CreateDatabaseAsync(Stop);
        var stage = new CommandStage(specimen, NpgsqlDataSource.Create(database));
        await new Migrator(stage.Database).MigrateAsync(Stop);
        Directory.CreateDirectory(stage.Store);
        File.SetUnixFileMode(stage.Folder, (UnixFileMode)0b111_101_101);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        stage.Settings["Database__Url"] = database;
        stage.Settings["Backups__Store__Url"] = stage.Store;
        stage.Settings["Backups__Folder"] = stage.Work;
        stage.Settings["Backups__Signing__KeyId"] = "test";
        stage.Settings["Backups__Signing__Key"] = Convert.ToBase64String(key.ExportPkcs8PrivateKey());
        stage.Settings["Backups__Targets__0__Name"] = Server;
        stage.Settings["Backups__Targets__0__Url"] = specimen.Server.Url("postgres");
        if (isSealed)
        {
            stage.Settings["Backups__Encryption__ActiveKeyId"] = "k";
            stage.Settings["Backups__Encryption__Keys__k"] = Convert.ToBase64String(new byte[32]);
        }

        return stage;
    }

    public Task<CliProcess> RunAsync(params string[] arguments) => CliProcess.RunAsync(Settings, arguments);

    /// <summary>Starts a command; what it says is read and dropped.</summary>
    public Process Start(params string[] arguments)
    {
        var start = CliProcess.Cli(arguments);
        foreach (var (name, value) in Settings)
            start.Environment[name] = value;
        var process = Process.Start(start) ?? throw new InvalidOperationException("did not start");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    public IReadOnlyList<string> Entries() => Directory.Exists(Path.Combine(Store, Server, "catalogue"))
        ? [.. Directory.EnumerateFiles(Path.Combine(Store, Server, "catalogue"), "*.json")]
        : [];

    /// <summary>How many backups have objects in the store, known to the catalogue or not.</summary>
    public int StoredBackups() => Directory.Exists(Path.Combine(Store, Server, "backups"))
        ? Directory.EnumerateDirectories(Path.Combine(Store, Server, "backups")).Count(HoldsObjects)
        : 0;

    /// <summary>What a writer did not finish is hidden, and no object.</summary>
    private static bool HoldsObjects(string folder) => Directory.EnumerateFiles(folder)
        .Any(file => Path.GetFileName(file)[0] is not '.');

    public IReadOnlyList<string> Staged() => Directory.Exists(Path.Combine(Work, "staging"))
        ? [.. Directory.EnumerateFileSystemEntries(Path.Combine(Work, "staging"))]
        : [];

    public async Task<IReadOnlyList<string>> AskAsync(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(Stop);
        List<string> rows = [];
        while (await reader.ReadAsync(Stop))
            rows.Add(reader.GetString(0));
        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await Specimen.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
