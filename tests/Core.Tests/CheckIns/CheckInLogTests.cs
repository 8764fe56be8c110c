using System.Diagnostics;
using Microsoft.Extensions.Options;
using Npgsql;
using RecoveryOS.Core.Accounts;
using RecoveryOS.Core.CheckIns;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Identity;
using RecoveryOS.Core.Members;
using RecoveryOS.Core.Messaging.Outbound;
using RecoveryOS.Core.Privacy;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.CheckIns;

public sealed class CheckInLogTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly PhoneCipher Cipher = new(Options.Create(new EncryptionOptions
    {
        ActiveKeyId = "k1",
        Keys = new() { ["k1"] = Convert.ToBase64String(new byte[32]) },
        LookupKey = Convert.ToBase64String(new byte[32]),
    }));

    private readonly OutboxBell bell = new();
    private NpgsqlDataSource dataSource = NpgsqlDataSource.Create("Host=replaced-before-each-test");
    private Caller clinician = new("c", Guid.Empty, [Role.Clinician], null);
    private Guid memberId;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        dataSource = DatabaseServices.CreateDataSource(
            await postgres.CreateDatabaseAsync("migrated", MigrateAsync, CancellationToken));
        clinician = clinician with
        {
            AccountId = await new AccountBook(dataSource).CreateAsync("Test", CancellationToken),
        };
        Assert.True(PhoneNumber.TryParse("+15555550123", out var phone));
        var member = await new MemberRoster(dataSource, Cipher).EnrolAsync(
            clinician, new("M-1", "America/Toronto", phone, "CA", "en", null, "active"), CancellationToken);
        memberId = Assert.IsType<Member>(member).Id;
    }

    public async ValueTask DisposeAsync()
    {
        bell.Dispose();
        await dataSource.DisposeAsync();
    }

    [Fact]
    public async Task A_check_in_is_one_command_and_one_transaction()
    {
        await SubmitAsync("warm-1");
        using var commands = new CommandCount();
        await SubmitAsync("key-1");
        Assert.Equal(1, commands.Count);
        Assert.Equal(1, await ScalarAsync(
            "SELECT count(DISTINCT xmin::text) FROM ("
            + "SELECT xmin FROM check_ins WHERE id = (SELECT max(id::text)::uuid FROM check_ins) "
            + "UNION ALL SELECT xmin FROM members UNION ALL SELECT xmin FROM idempotency WHERE key = 'key-1' "
            + "UNION ALL (SELECT xmin FROM audit_log ORDER BY id DESC LIMIT 1)) AS written"));
    }

    [Fact]
    public async Task Two_hundred_copies_of_one_request_are_one_check_in()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => SubmitAsync("one")));
        var created = Assert.IsType<Submission.Created>(
            Assert.Single(outcomes, outcome => outcome is Submission.Created));
        Assert.All(
            outcomes.Where(outcome => outcome != created),
            outcome => Assert.Equal(created.CheckIn.Id, Assert.IsType<Submission.Replayed>(outcome).CheckIn.Id));
        Assert.Equal(1, await ScalarAsync("SELECT count(*) FROM check_ins"));
        Assert.Equal(1, await ScalarAsync("SELECT check_in_count FROM members"));
    }

    [Fact]
    public async Task The_audit_log_cannot_be_changed()
    {
        string[] changes = ["UPDATE audit_log SET actor = 'x'", "DELETE FROM audit_log", "TRUNCATE audit_log"];
        foreach (var change in changes)
        {
            await using var command = dataSource.CreateCommand(change);
            var refused = await Assert.ThrowsAsync<PostgresException>(
                () => command.ExecuteNonQueryAsync(CancellationToken));
            Assert.Equal("the audit log is append-only", refused.MessageText);
        }
    }

    [Fact]
    public async Task Ids_are_version_seven_and_rise()
    {
        await using var command = dataSource.CreateCommand("SELECT array_agg(uuid7()) FROM generate_series(1, 10000)");
        var ids = Assert.IsType<Guid[]>(await command.ExecuteScalarAsync(CancellationToken));
        Assert.All(ids, id => Assert.Equal((7, true), (id.Version, id.Variant is >= 8 and <= 11)));
        Assert.Equal(ids.Length, ids.Distinct().Count());
        var shift = 1 << 16;
        Assert.InRange(Stamp(ids[^1]) - Stamp(ids[0]), 0, shift * 60_000L);
        Assert.Equal(ids.Select(Stamp).Order(), ids.Select(Stamp));
        Assert.InRange(
            (DateTimeOffset.UtcNow - DateTimeOffset.FromUnixTimeMilliseconds(Stamp(ids[0]) >> 16)).TotalSeconds,
            -1, 60);
    }

    private static long Stamp(Guid id) =>
        System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(id.ToByteArray(bigEndian: true));

    private Task<Submission> SubmitAsync(string key) => new CheckInLog(dataSource, Cipher, bell).SubmitAsync(
        clinician, new(memberId, new(80, -2, 30, 60, 40), "a note"), key, CheckIn.Api, CancellationToken);

    private async Task<long> ScalarAsync(string sql)
    {
        await using var command = dataSource.CreateCommand(sql);
        return Convert.ToInt64(await command.ExecuteScalarAsync(CancellationToken), null);
    }

    private static async Task MigrateAsync(string url, CancellationToken cancellationToken)
    {
        await using var empty = NpgsqlDataSource.Create(url);
        await new Migrator(empty).MigrateAsync(cancellationToken);
    }

    /// <summary>Counts the commands that Npgsql sends within this test's flow.</summary>
    private sealed class CommandCount : IDisposable
    {
        private readonly Activity flow = new Activity("test").Start();
        private readonly ActivityListener listener;
        private int count;

        public CommandCount()
        {
            listener = new()
            {
                ShouldListenTo = source => source.Name == "Npgsql",
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
                ActivityStopped = activity =>
                {
                    if (activity.TraceId == flow.TraceId)
                    {
                        Interlocked.Increment(ref count);
                    }
                },
            };
            ActivitySource.AddActivityListener(listener);
        }

        public int Count => count;

        public void Dispose()
        {
            listener.Dispose();
            flow.Dispose();
        }
    }
}
