using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Twilio.Types;

namespace FunctionsWorker.Tests.Api;

public sealed class ApiTests
{
    [Fact]
    public void Workers_public_members_are_the_official_ones() =>
        AssertOfficial(typeof(FunctionContext).Assembly, "Microsoft.*.txt");

    [Fact]
    public void Twilios_public_members_are_the_official_ones() =>
        AssertOfficial(typeof(PhoneNumber).Assembly, "Twilio*.txt");

    [Fact]
    public void A_member_that_is_not_official_is_found()
    {
        var official = Official("Microsoft.*.txt");

        var strangers = ApiText.Of(typeof(ApiTests).Assembly).Except(official);

        Assert.Contains(
            "FunctionsWorker.Tests.Samples.Thing | property | string DisplayName { get; init; }", strangers);
    }

    private static void AssertOfficial(Assembly assembly, string files)
    {
        var official = Official(files);

        var strangers = ApiText.Of(assembly).Except(official);

        Assert.Empty(strangers);
    }

    private static HashSet<string> Official(string files) =>
        [.. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "api"), files).SelectMany(File.ReadLines)];
}
