using RecoveryOS.Core.PostgresServers;
using Xunit;
using Xunit.v3;

namespace RecoveryOS.Testing.Specimens;

/// <summary>One small specimen for the tests of an assembly that do no harm to it, made when first asked for.</summary>
public sealed class SpecimenFixture : IAsyncLifetime
{
    private const int Rows = 5000;

    private readonly SemaphoreSlim oneAtATime = new(1);
    private Specimen? specimen;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async Task<Specimen> ShareAsync(CancellationToken cancellationToken)
    {
        await oneAtATime.WaitAsync(cancellationToken);
        try
        {
            return specimen ??= await Specimen.StartAsync(Rows, null, cancellationToken);
        }
        catch (PostgresServerException exception)
            when (Environment.GetEnvironmentVariable("CI") is null or "" or "false")
        {
            throw new InvalidOperationException($"{DynamicSkipToken.Value}{exception.Message}", exception);
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
