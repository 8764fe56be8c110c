using System.Collections.Concurrent;
using System.Globalization;
using RecoveryOS.EndToEnd.Tests.Faults;
using RecoveryOS.EndToEnd.Tests.Service;
using RecoveryOS.Testing;

namespace RecoveryOS.EndToEnd.Tests.Texts;

[Collection(FaultCollection.Name)]
public sealed class TextMutationTests(ServiceFixture fixture, ITestOutputHelper output)
{
    private const int Parallel = 16;

    private static readonly int Mutations = LongRun.Or(3_000, 100_000);

    [Fact]
    public async Task Changed_webhook_is_never_accepted_and_never_an_error_of_ours()
    {
        await using var service = await fixture.StartOwnAsync();
        var place = new TextClinic(await service.Deployment.OpenClinicAsync());
        var member = await place.EnrolAsync();
        SignedText[] originals =
            [.. Enumerable.Range(0, 3).Select(kind => SignedText.Create(place.Sender, member.Number, kind))];
        var seed = LongRun.Seed;
        var statuses = new ConcurrentDictionary<int, int>();
        var wrong = new ConcurrentQueue<SignedText>();

        await Task.WhenAll(Enumerable.Range(0, Parallel).Select(async worker =>
        {
            var random = new Random(seed + worker);
            for (var i = worker; i < Mutations; i += Parallel)
            {
                var changed = originals[i % originals.Length].Mutate(random);
                var answer = await changed.SendAsync(service.Deployment);
                statuses.AddOrUpdate(answer.Status, 1, (_, count) => count + 1);
                if (answer.Status is not (400 or 403 or 404))
                    wrong.Enqueue(changed);
            }
        }));

        var counts = string.Join(
            ", ", statuses.OrderBy(pair => pair.Key).Select(pair => $"{pair.Value} × {pair.Key}"));
        output.WriteLine($"{Mutations} mutations: {counts}");
        var first = wrong.FirstOrDefault();
        Assert.True(wrong.IsEmpty, string.Create(
            CultureInfo.InvariantCulture, $"seed {seed}: {counts}; first {first?.ContentType} {first?.Target}"));
        Assert.Empty(await place.Clinic.QueryAsync<string>(
            "SELECT message_sid FROM inbound_texts WHERE $1 IS NOT NULL"));
        foreach (var original in originals)
            Assert.NotNull((await original.SendAsync(service.Deployment)).Reply());
    }
}
