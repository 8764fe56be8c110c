using System.Text.Json.Nodes;
using RecoveryOS.EndToEnd.Tests.Service;

namespace RecoveryOS.EndToEnd.Tests;

public sealed class IdempotencyTests(ServiceFixture service)
{
    private const string Header = "Idempotency-Key";

    [Fact]
    public async Task Replay_equals_the_first_answer_byte_for_byte()
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();
        await clinic.CheckInAsync(member, 0, 0);
        var api = clinic.Member(member);
        var body = Sample.CheckIn(member, 40, -7, 99, 3.5m, 88).With("notes", "é, 🙂 and +1 416 555 0123");

        var first = (await api.PostAsync(Clinic.CheckIns, body, (Header, "a"))).Is(201);
        await clinic.CheckInAsync(member, 0);
        var second = (await api.PostAsync(Clinic.CheckIns, body, (Header, "a"))).Is(200);

        Assert.Equal(first.Text, second.Text);
        Assert.Null(first.Header("Idempotent-Replayed"));
        Assert.Equal("true", second.Header("Idempotent-Replayed"));
        Assert.Equal(4, await CountAsync(clinic));
    }

    [Fact]
    public async Task Replay_keeps_the_words_of_the_first_answer_when_the_member_moved()
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();
        var api = clinic.Member(member);
        var first = await api.PostAsync(Clinic.CheckIns, Sample.CheckIn(member), (Header, "a"));
        (await clinic.Clinician.PatchAsync($"/v1/members/{member}", new JsonObject
        {
            ["country"] = "FR",
            ["language"] = "fr",
        })).Is(200);

        var second = await api.PostAsync(Clinic.CheckIns, Sample.CheckIn(member), (Header, "a"));

        Assert.Equal(first.Text, second.Is(200).Text);
    }

    [Fact]
    public async Task Same_key_with_another_body_is_a_conflict()
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();
        var api = clinic.Member(member);
        (await api.PostAsync(Clinic.CheckIns, Sample.CheckIn(member), (Header, "a"))).Is(201);
        var before = await clinic.CountRowsAsync();

        var other = Sample.CheckIn(member).With("notes", "another");

        (await api.PostAsync(Clinic.CheckIns, other, (Header, "a"))).Is(409, "idempotency_conflict");
        Assert.Equal(before, await clinic.CountRowsAsync());
    }

    [Fact]
    public async Task Order_and_spacing_of_the_JSON_make_no_other_body()
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();
        var api = clinic.Member(member);
        var first = await api.PostAsync(Clinic.CheckIns, Sample.CheckIn(member), (Header, "a"));

        var reordered = $$"""
            { "isolation": 40, "cravings" : 30, "adherence": 80,
              "sleep_hours": 6.0, "mood_trend": -2, "notes": null,
              "member_id": "{{member.ToString().ToUpperInvariant()}}" }
            """;
        var second = await api.SendAsync(HttpMethod.Post, Clinic.CheckIns, Api.Raw(reordered), [(Header, "a")]);

        Assert.Equal(first.Text, second.Is(200).Text);
    }

    [Fact]
    public async Task Keys_of_two_members_do_not_meet()
    {
        var clinic = await service.OpenClinicAsync();
        foreach (var member in new[] { await clinic.EnrolAsync(), await clinic.EnrolAsync() })
            (await clinic.Member(member).PostAsync(Clinic.CheckIns, Sample.CheckIn(member), (Header, "a"))).Is(201);

        Assert.Equal(2, await CountAsync(clinic));
    }

    [Fact]
    public async Task Keys_of_a_member_and_a_clinician_do_not_meet()
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();

        (await clinic.Member(member).PostAsync(Clinic.CheckIns, Sample.CheckIn(member), (Header, "a"))).Is(201);
        (await clinic.Clinician.PostAsync(Clinic.CheckIns, Sample.CheckIn(member), (Header, "a"))).Is(201);
    }

    [Fact]
    public async Task Keys_of_two_accounts_do_not_meet()
    {
        foreach (var clinic in new[] { await service.OpenClinicAsync(), await service.OpenClinicAsync() })
        {
            var member = await clinic.EnrolAsync();
            (await clinic.Clinician.PostAsync(Clinic.CheckIns, Sample.CheckIn(member), (Header, "a"))).Is(201);
        }
    }

    [Fact]
    public async Task Clinicians_of_an_account_share_their_keys()
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();
        var claims = Tokens.Claims(clinic.Account, "clinician");
        claims["sub"] = "a colleague";
        var colleague = clinic.Deployment.Caller(clinic.Deployment.Tokens.Sign(claims));

        var first = (await clinic.Clinician.PostAsync(Clinic.CheckIns, Sample.CheckIn(member), (Header, "a"))).Is(201);
        var second = (await colleague.PostAsync(Clinic.CheckIns, Sample.CheckIn(member), (Header, "a"))).Is(200);

        Assert.Equal(first.Text, second.Text);
    }

    [Fact]
    public async Task One_key_sent_many_times_at_once_makes_one_check_in()
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();
        var api = clinic.Member(member);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ =>
            api.PostAsync(Clinic.CheckIns, Sample.CheckIn(member), (Header, "a"))));

        Assert.Equal([200, 201], answers.Select(answer => answer.Status).Distinct().Order());
        Assert.Single(answers.Select(answer => answer.Text).Distinct());
        Assert.Equal(1, await CountAsync(clinic));
    }

    [Fact]
    public async Task Without_a_key_each_request_is_a_check_in()
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();

        await clinic.CheckInAsync(member, 1, 1);

        Assert.Equal(2, await CountAsync(clinic));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(128)]
    public async Task Key_may_be_as_long_as_the_contract_says(int length)
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();

        (await clinic.Member(member).PostAsync(
            Clinic.CheckIns, Sample.CheckIn(member), (Header, new string('~', length)))).Is(201);
    }

    private static async Task<long> CountAsync(Clinic clinic) =>
        (await clinic.QueryAsync<long>("SELECT count(*) FROM check_ins WHERE account_id = $1"))[0];

    [Fact]
    public async Task Empty_notes_and_no_notes_are_two_bodies()
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();
        (await clinic.Clinician.PostAsync(Clinic.CheckIns, Sample.CheckIn(member), (Header, "a"))).Is(201);

        (await clinic.Clinician.PostAsync(Clinic.CheckIns, Sample.CheckIn(member).With("notes", ""), (Header, "a")))
            .Is(409);
    }
}
