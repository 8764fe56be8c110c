using Npgsql;
using RecoveryOS.Core.Accounts;
using RecoveryOS.Core.Database;

namespace RecoveryOS.EndToEnd.Tests.Service;

/// <summary>A service that runs somewhere, its database for set-up, and the issuer that it trusts.</summary>
internal sealed class Deployment(Uri address, string databaseUrl, Tokens tokens) : IAsyncDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
    })
    {
        BaseAddress = address,
        Timeout = TimeSpan.FromSeconds(20),
    };

    public Uri Address => address;

    public Tokens Tokens => tokens;

    public NpgsqlDataSource Database { get; } = DatabaseServices.CreateDataSource(databaseUrl);

    public Api Anonymous => Caller(null);

    public Api Caller(string? token) => new(http, token);

    /// <summary>An account of the test's own, so that tests don't meet, not even in a shared database.</summary>
    public async Task<Clinic> OpenClinicAsync() => new(
        this, await new AccountBook(Database).CreateAsync("a test's own", TestContext.Current.CancellationToken));

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await Database.DisposeAsync();
    }
}
