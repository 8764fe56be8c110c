using System.Globalization;
using System.Security.Cryptography;
using Npgsql;
using RecoveryOS.Cli.LocalRuns;
using RecoveryOS.Core.Database;

namespace RecoveryOS.Bench.Backups;

/// <summary>RecoveryOS, by its commands, into a folder.</summary>
internal sealed class Ours(Arena arena, bool isEncrypted = false) : IBackupContestant
{
    private const string Catalogue = "recoveryos";
    private readonly string key = NewSigningKey();
    private readonly string encryptionKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    public string Name => isEncrypted ? "RecoveryOS, encrypted" : "RecoveryOS";

    public string Store => Path.Combine(arena.Folder, isEncrypted ? "ours-encrypted" : "ours");

    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        MakeStore();
        await arena.Server.EnsureDatabaseAsync(Catalogue, cancellationToken);
        await using var source = NpgsqlDataSource.Create(arena.Server.ConnectionString(Catalogue));
        await new Migrator(source).MigrateAsync(cancellationToken);
    }

    public Task<Cost> BackupAsync(CancellationToken cancellationToken) => RunAsync("backup", cancellationToken);

    public Task<Cost> RestoreAsync(string folder, CancellationToken cancellationToken) =>
        RunAsync($"restore --newest --target {folder} --start --yes", cancellationToken);

    public long StoredBytes() => Arena.SizeOf(Path.Combine(Store, "store"));

    public Task ForgetAsync(CancellationToken cancellationToken)
    {
        Directory.Delete(Store, recursive: true);
        MakeStore();
        return Task.CompletedTask;
    }

    public Task FinishAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>One of our commands.</summary>
    /// <param name="cpuPercent">What a restore test may take of one processor; 0: what is left.</param>
    public Task<Cost> RunAsync(string arguments, CancellationToken cancellationToken, int cpuPercent = 0) =>
        ProcessTree.RunAsync(
            $"dotnet {Program} {arguments}", Settings(cpuPercent), asServerUser: false, cancellationToken);

    /// <summary>A store that is not there is a disk that is not mounted: nobody makes it but its owner.</summary>
    private void MakeStore() => Directory.CreateDirectory(Path.Combine(Store, "store"));

    private static string Program =>
        Path.Combine(Installation.Root, "artifacts", "cli", "RecoveryOS.Cli.dll");

    private Dictionary<string, string> Settings(int cpuPercent)
    {
        var settings = new Dictionary<string, string>
        {
            ["Database__Url"] = arena.Server.Url(Catalogue),
            ["Backups__Targets__0__Name"] = Arena.Database,
            ["Backups__Targets__0__Url"] = arena.Server.Url(Arena.Database),
            ["Backups__Store__Url"] = Path.Combine(Store, "store"),
            ["Backups__Folder"] = Path.Combine(Store, "work"),
            ["Backups__Drill__CpuPercent"] = cpuPercent.ToString(CultureInfo.InvariantCulture),
            ["Backups__Signing__KeyId"] = "bench",
            ["Backups__Signing__Key"] = key,
            ["Encryption__ActiveKeyId"] = "bench",
            ["Encryption__Keys__bench"] = encryptionKey,
            ["Encryption__LookupKey"] = encryptionKey,
        };
        if (isEncrypted)
        {
            settings["Backups__Encryption__ActiveKeyId"] = "bench";
            settings["Backups__Encryption__Keys__bench"] = encryptionKey;
        }

        return settings;
    }

    private static string NewSigningKey()
    {
        using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Convert.ToBase64String(made.ExportPkcs8PrivateKey());
    }
}
