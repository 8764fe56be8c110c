using System.Text.Json;
using System.Text.Json.Nodes;
using RecoveryOS.EndToEnd.Tests.Service;

namespace RecoveryOS.EndToEnd.Tests;

public sealed class MemberTests(ServiceFixture service)
{
    [Fact]
    public async Task Enrolled_member_is_answered_with_the_last_four_digits_of_the_phone()
    {
        var clinic = await service.OpenClinicAsync();

        var answer = (await clinic.Clinician.PostAsync(Clinic.Members, Sample.Member())).Is(201);

        Assert.Equal($"/v1/members/{answer.Id}", answer.Header("Location"));
        Assert.Equal(
            ["id", "display_code", "timezone", "phone_last4", "country", "language", "reminder_time", "state",
                "created_at", "updated_at"],
            answer.Json.EnumerateObject().Select(member => member.Name));
        Assert.Equal(
            ["River 7", "America/Toronto", "0123", "CA", "en", "09:30", "active"],
            answer.Json.EnumerateObject().Skip(1).Take(7).Select(member => member.Value.GetString()));
        Assert.Equal(7, answer.Id.Version);
        Assert.DoesNotContain("5555550123", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Member_reads_as_it_was_enrolled()
    {
        var clinic = await service.OpenClinicAsync();
        var enrolled = await clinic.Clinician.PostAsync(Clinic.Members, Sample.Member());

        var read = await clinic.Clinician.GetAsync($"/v1/members/{enrolled.Id}");

        Assert.Equal(enrolled.Text, read.Is(200).Text);
    }

    [Fact]
    public async Task Reminder_and_state_are_optional()
    {
        var clinic = await service.OpenClinicAsync();

        var answer = await clinic.Clinician.PostAsync(Clinic.Members, Sample.Member().Without("reminder_time"));

        Assert.Equal(JsonValueKind.Null, answer.Is(201)["reminder_time"].ValueKind);
        Assert.Equal("active", answer["state"].GetString());
    }

    [Theory]
    [InlineData("display_code", "Lake 9")]
    [InlineData("timezone", "Europe/Paris")]
    [InlineData("country", "FR")]
    [InlineData("language", "fr")]
    [InlineData("reminder_time", "23:59")]
    [InlineData("state", "paused")]
    public async Task Change_of_one_field_leaves_the_others(string field, string value)
    {
        var clinic = await service.OpenClinicAsync();
        var before = await clinic.Clinician.PostAsync(Clinic.Members, Sample.Member());

        var after = await clinic.Clinician.PatchAsync($"/v1/members/{before.Id}", new JsonObject { [field] = value });

        Assert.Equal(value, after.Is(200)[field].GetString());
        Assert.Equal([field], Changed(before, after));
        Assert.Equal(after.Text, (await clinic.Clinician.GetAsync($"/v1/members/{before.Id}")).Text);
    }

    [Fact]
    public async Task New_phone_shows_its_last_four_digits()
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();

        var changed = await clinic.Clinician.PatchAsync(
            $"/v1/members/{member}", new JsonObject { ["phone"] = "+33612345678" });

        Assert.Equal("5678", changed.Is(200)["phone_last4"].GetString());
    }

    [Fact]
    public async Task Null_clears_the_reminder()
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();

        var cleared = await clinic.Clinician.PatchAsync(
            $"/v1/members/{member}", new JsonObject { ["reminder_time"] = null });

        Assert.Equal(JsonValueKind.Null, cleared.Is(200)["reminder_time"].ValueKind);
    }

    [Fact]
    public async Task Phone_is_stored_only_encrypted()
    {
        var clinic = await service.OpenClinicAsync();
        await clinic.EnrolAsync();

        var rows = await clinic.QueryAsync<string>(
            "SELECT encode(m::text::bytea, 'escape') FROM members m WHERE account_id = $1");
        var ciphertexts = await clinic.QueryAsync<string>(
            "SELECT encode(phone_ciphertext, 'escape') FROM members WHERE account_id = $1");

        Assert.DoesNotContain("5555550123", Assert.Single(rows), StringComparison.Ordinal);
        Assert.DoesNotContain("5555550123", Assert.Single(ciphertexts), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clinician_of_an_unknown_account_can_not_enrol()
    {
        var deployment = await service.ShareAsync();
        var stranger = deployment.Caller(deployment.Tokens.Clinician(Guid.CreateVersion7()));

        (await stranger.PostAsync(Clinic.Members, Sample.Member())).Is(404, "not_found");
    }

    private static IEnumerable<string> Changed(Answer before, Answer after) => before.Json.EnumerateObject()
        .Where(member => member.Name != "updated_at" && member.Value.ToString() != after[member.Name].ToString())
        .Select(member => member.Name);
}
