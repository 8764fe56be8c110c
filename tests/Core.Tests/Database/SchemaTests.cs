using RecoveryOS.Core.Database;

namespace RecoveryOS.Core.Tests.Database;

public sealed class SchemaTests
{
    [Theory]
    [InlineData(0, 0, SchemaState.TooOld)]
    [InlineData(2, 1, SchemaState.TooOld)]
    [InlineData(3, 1, SchemaState.Supported)]
    [InlineData(4, 1, SchemaState.Supported)] // newer, and says that it still fits
    [InlineData(4, 3, SchemaState.Supported)]
    [InlineData(4, 4, SchemaState.TooNew)]
    public void A_build_for_version_three_judges(int version, int compatibleFrom, SchemaState expected) =>
        Assert.Equal(expected, Schema.Judge(version, compatibleFrom, required: 3));
}
