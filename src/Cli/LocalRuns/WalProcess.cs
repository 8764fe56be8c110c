namespace RecoveryOS.Cli.LocalRuns;

/// <summary>Receives the local run's WAL, beside the service.</summary>
internal sealed class WalProcess : IAsyncDisposable
{
    /// <summary>As the kernel writes a command line: other commands of ours in this folder are not meant.</summary>
    private static readonly string CommandLine = $"{Path.GetFileName(Installation.Cli)}\0wal\0receive";

    private readonly LocalProgram program;

    private WalProcess(LocalProgram program) => this.program = program;

    /// <summary>Stops what a killed run left behind.</summary>
    public static Task StopOrphansAsync(LocalRun run, CancellationToken cancellationToken) =>
        LocalProgram.StopOrphansAsync(run, CommandLine, cancellationToken);

    public static WalProcess Start(LocalRun run, IReadOnlyDictionary<string, string> settings) =>
        new(LocalProgram.Start(run, "WAL receiver", run.WalLog, [Installation.Cli, "wal", "receive"], settings));

    /// <summary>Returns only by cancellation: the receiver is not supposed to end.</summary>
    /// <exception cref="CliException">It ended; its last log lines are on stderr.</exception>
    public Task WatchAsync(CancellationToken cancellationToken) => program.WatchAsync(cancellationToken);

    public ValueTask DisposeAsync() => program.DisposeAsync();
}
