using RecoveryOS.Core.Database;
using RecoveryOS.Testing;

namespace RecoveryOS.EndToEnd.Tests.Service;

/// <summary>
/// The service under test: the deployment at RECOVERYOS_BASE_URL when that is set, with RECOVERYOS_DATABASE_URL for
/// set-up and RECOVERYOS_SIGNING_KEY to sign tokens, and otherwise a process and a PostgreSQL of our own.
/// </summary>
public sealed class ServiceFixture : IAsyncLifetime
{
    private readonly PostgresFixture postgres = new();
    private readonly SemaphoreSlim oneAtATime = new(1);
    private Deployment? shared;
    private LocalService? local;

    private static string? BaseUrl => Environment.GetEnvironmentVariable("RECOVERYOS_BASE_URL") is { Length: > 0 } url
        ? url
        : null;

    public async ValueTask InitializeAsync()
    {
        if (BaseUrl is null)
            await postgres.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (local is not null)
            await local.DisposeAsync();
        else if (shared is not null)
            await shared.DisposeAsync();
        if (BaseUrl is null)
            await postgres.DisposeAsync();
        oneAtATime.Dispose();
    }

    /// <summary>An account of the test's own in the service that all tests share.</summary>
    internal async Task<Clinic> OpenClinicAsync() => await (await ShareAsync()).OpenClinicAsync();

    internal async Task<Deployment> ShareAsync()
    {
        await oneAtATime.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            return shared ??= BaseUrl is { } url ? Foreign(url) : (local = await StartOwnAsync()).Deployment;
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    /// <summary>A service that only this test uses, and may kill.</summary>
    internal async Task<LocalService> StartOwnAsync() => await LocalService.StartAsync(await CreateDatabaseAsync());

    /// <summary>A migrated database that only this test uses.</summary>
    internal async Task<string> CreateDatabaseAsync()
    {
        SkipOnForeignDeployment();
        return await postgres.CreateDatabaseAsync("migrated", MigrateAsync, TestContext.Current.CancellationToken);
    }

    internal async Task<string> CreateEmptyDatabaseAsync()
    {
        SkipOnForeignDeployment();
        return await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);
    }

    internal static async Task MigrateAsync(string databaseUrl, CancellationToken cancellationToken)
    {
        await using var dataSource = DatabaseServices.CreateDataSource(databaseUrl);
        await new Migrator(dataSource).MigrateAsync(cancellationToken);
    }

    internal static void SkipOnForeignDeployment() => Assert.SkipWhen(
        BaseUrl is not null,
        "RECOVERYOS_BASE_URL names a deployment that is not ours to stop or to read the output of");

    private static Deployment Foreign(string url) => new(
        new(url),
        Required("RECOVERYOS_DATABASE_URL"),
        new(
            SigningKey.Load(Required("RECOVERYOS_SIGNING_KEY")),
            Environment.GetEnvironmentVariable("Jwt__Issuer") ?? Settings.Issuer,
            Environment.GetEnvironmentVariable("Jwt__Audience") ?? Settings.Audience));

    private static string Required(string name) => Environment.GetEnvironmentVariable(name)
        ?? throw new InvalidOperationException($"RECOVERYOS_BASE_URL is set, so {name} is needed too");
}
