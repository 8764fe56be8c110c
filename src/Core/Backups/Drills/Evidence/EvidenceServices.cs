using Microsoft.Extensions.DependencyInjection;

namespace RecoveryOS.Core.Backups.Drills.Evidence;

public static class EvidenceServices
{
    public static IServiceCollection AddEvidence(this IServiceCollection services) => services
        .AddSingleton<EvidenceHistory>()
        .AddSingleton<EvidenceReader>()
        .AddSingleton<EvidenceWriter>();
}
