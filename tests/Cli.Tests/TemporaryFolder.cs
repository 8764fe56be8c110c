namespace RecoveryOS.Cli.Tests;

/// <summary>A folder that only its owner can enter, until the test is over.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("recoveryos-cli-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
