using RecoveryOS.Testing.Specimens;

namespace RecoveryOS.Core.Tests.Backups.Proofs;

/// <summary>One specimen for a class's tests, which nobody else changes meanwhile.</summary>
public sealed class ProofSpecimen : IAsyncDisposable
{
    /// <summary>Of its larger tables.</summary>
    public const int Rows = 3000;

    private readonly SemaphoreSlim oneAtATime = new(1);
    private Specimen? specimen;

    public async Task<Specimen> ShareAsync(CancellationToken cancellationToken)
    {
        await oneAtATime.WaitAsync(cancellationToken);
        try
        {
            return specimen ??= await Specimen.StartAsync(Rows, null, cancellationToken);
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (specimen is not null)
            await specimen.DisposeAsync();
        oneAtATime.Dispose();
    }
}
