using System.Text.Json;

namespace RecoveryOS.Cli.LocalRuns;

/// <summary>A folder with everything of one local run: its database, keys, logs and state.</summary>
internal sealed class LocalRun(string folder)
{
    public const string Issuer = "https://recoveryos.local";
    public const string Audience = "recoveryos";

    /// <summary>.recoveryos beside the script.</summary>
    public static string DefaultFolder => Path.Combine(Installation.Root, ".recoveryos");

    public string Folder { get; } = Path.GetFullPath(folder);

    public string PostgresFolder => Path.Combine(Folder, "postgres");

    public string KeysFolder => Path.Combine(Folder, "keys");

    /// <summary>Where texts wait while the database is away.</summary>
    public string SpoolFolder => Path.Combine(Folder, "spool");

    /// <summary>Where backups and WAL are kept.</summary>
    public string BackupStoreFolder => Path.Combine(Folder, "backups");

    /// <summary>Where backups are staged and WAL is received.</summary>
    public string BackupFolder => Path.Combine(Folder, "work");

    public string WalLog => Path.Combine(Folder, "logs", "wal.log");

    public string ServiceLog => Path.Combine(Folder, "logs", "service.log");

    private string StateFile => Path.Combine(Folder, "run.json");

    /// <summary>Holds the folder for this process; the kernel lets go of it however the process ends.</summary>
    /// <exception cref="CliException">Another run holds it.</exception>
    public FileStream Lock()
    {
        Directory.CreateDirectory(Folder);
        try
        {
            return new FileStream(
                Path.Combine(Folder, "run.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            var state = Load();
            var whereabouts = state.ProcessId is null ? "which is starting" : $"process {state.ProcessId}, {state.Url}";
            throw new CliException(
                $"A local run already runs on {Folder} ({whereabouts}): stop it, or choose another --data.");
        }
    }

    public RunState Load() => File.Exists(StateFile)
        ? JsonSerializer.Deserialize(File.ReadAllText(StateFile), CliJson.Default.RunState) ?? new RunState()
        : new RunState();

    public void Save(RunState state) =>
        PrivateFile.Write(StateFile, JsonSerializer.Serialize(state, CliJson.Default.RunState));

    /// <summary>The running one's database, as a URL.</summary>
    /// <exception cref="CliException">None runs here.</exception>
    public string RunningDatabase() => Load().DatabaseUrl ?? throw NoneRuns();

    /// <summary>Where the running one's service is reached.</summary>
    /// <exception cref="CliException">None runs here.</exception>
    public string RunningUrl() => Load().Url ?? throw NoneRuns();

    /// <summary>The account that the local run made for itself.</summary>
    public Guid AccountId() => Load().AccountId
        ?? throw new CliException(
            $"The local run on {Folder} has no account yet: give --account, or start it with ./recoveryos run.");

    private CliException NoneRuns() => new($"No local run runs on {Folder}: start one with ./recoveryos run.");
}
