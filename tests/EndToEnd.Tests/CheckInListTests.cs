using System.Text.Json;
using RecoveryOS.EndToEnd.Tests.Service;

namespace RecoveryOS.EndToEnd.Tests;

public sealed class CheckInListTests(ServiceFixture service)
{
    [Fact]
    public async Task List_is_newest_first()
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();
        await clinic.CheckInAsync(member, 1, 2, 3);

        var list = (await clinic.Member(member).GetAsync($"{Clinic.CheckIns}?member_id={member}")).Is(200);

        Assert.Equal(["6", "4", "2"], list.Data.Select("isolation"));
        Assert.Equal(JsonValueKind.Null, list["next_cursor"].ValueKind);
    }

    [Fact]
    public async Task Listed_check_in_equals_the_answer_to_its_sender()
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();
        var sent = await clinic.CheckInAsync(member, 0, 0, 49);

        var list = await clinic.Member(member).GetAsync(Clinic.CheckIns);

        Assert.Equal(sent.Text, list.Is(200).Data[0].GetRawText());
    }

    [Fact]
    public async Task Location_leads_to_the_check_in()
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();
        var sent = await clinic.CheckInAsync(member, 0, 0, 49);

        var read = await clinic.Member(member).GetAsync(sent.Header("Location") ?? "");

        Assert.Equal(sent.Text, read.Is(200).Text);
    }

    [Fact]
    public async Task Single_check_in_hides_from_a_clinician_what_no_consent_opens()
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();
        var sent = await clinic.Member(member).PostAsync(
            Clinic.CheckIns, Sample.CheckIn(member).With("notes", "a note"));

        var read = (await clinic.Clinician.GetAsync($"/v1/check-ins/{sent.Is(201).Id}")).Is(200);

        Assert.Equal(JsonValueKind.Null, read["notes"].ValueKind);
        Assert.Equal(JsonValueKind.Null, read["risk"].ValueKind);
    }

    [Fact]
    public async Task Member_without_check_ins_has_an_empty_list()
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();

        var list = await clinic.Clinician.GetAsync($"{Clinic.CheckIns}?member_id={member}");

        Assert.Equal("""{"data":[],"next_cursor":null}""", list.Is(200).Text);
    }

    [Fact]
    public async Task Pages_have_no_gaps_and_no_repeats_while_new_ones_come_in()
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();
        var sent = new List<Guid>();
        for (var i = 0; i < 7; i++)
            sent.Add((await clinic.CheckInAsync(member, i)).Id);

        List<Guid> seen = [];
        await foreach (var page in PagesAsync(clinic, member, limit: 3))
        {
            seen.AddRange(page.Data.Select(row => row.GetProperty("id").GetGuid()));
            await clinic.CheckInAsync(member, 50);
        }

        Assert.Equal(Enumerable.Reverse(sent), seen);
    }

    [Fact]
    public async Task Last_page_that_is_full_has_no_cursor()
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();
        await clinic.CheckInAsync(member, 1, 2, 3, 4);

        List<int> sizes = [];
        await foreach (var page in PagesAsync(clinic, member, limit: 2))
            sizes.Add(page.Data.Count);

        Assert.Equal([2, 2], sizes);
    }

    [Theory]
    [InlineData("", 20)]
    [InlineData("&limit=1", 1)]
    [InlineData("&limit=100", 22)]
    public async Task Page_has_20_rows_unless_asked_otherwise(string query, int rows)
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();
        await clinic.CheckInAsync(member, [.. Enumerable.Range(0, 22)]);

        var list = await clinic.Clinician.GetAsync($"{Clinic.CheckIns}?member_id={member}{query}");

        Assert.Equal(rows, list.Is(200).Data.Count);
    }

    [Fact]
    public async Task Member_need_not_say_who_it_is()
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();
        await clinic.CheckInAsync(member, 1);

        Assert.True((await clinic.Member(member).GetAsync(Clinic.CheckIns)).Is(200).Data[0].IsOf(member));
    }

    private static async IAsyncEnumerable<Answer> PagesAsync(Clinic clinic, Guid member, int limit)
    {
        var cursor = "";
        do
        {
            var page = await clinic.Member(member).GetAsync(
                $"{Clinic.CheckIns}?member_id={member}&limit={limit}{cursor}");
            yield return page.Is(200);
            cursor = page["next_cursor"].GetString() is { } next ? $"&cursor={next}" : null;
        }
        while (cursor is not null);
    }
}
