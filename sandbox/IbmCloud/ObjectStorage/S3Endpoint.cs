using TempoCos.IbmCloud.BucketConfiguration;
using TempoCos.IbmCloud.Faults;
using TempoCos.IbmCloud.Hosting;
using TempoCos.IbmCloud.ObjectStorage.Authentication;
using TempoCos.IbmCloud.ObjectStorage.Forms;
using TempoCos.IbmCloud.ObjectStorage.Operations;
using TempoCos.IbmCloud.ObjectStorage.Requests;
using TempoCos.IbmCloud.ObjectStorage.Storage;
using TempoCos.IbmCloud.ResourceController;
using TempoCos.IbmCloud.Traffic;

namespace TempoCos.IbmCloud.ObjectStorage;

/// <summary>Answers S3: authenticates, lets the fault plan have its say, dispatches, and puts refusals into S3's words.</summary>
public sealed partial class S3Endpoint
{
    private readonly S3Authenticator _authenticator;
    private readonly FaultGate _faults;
    private readonly BucketGuard _guard;
    private readonly TimeProvider _time;
    private readonly ILogger<S3Endpoint> _logger;
    private readonly BucketOperations _buckets;
    private readonly ListOperations _lists;
    private readonly ObjectOperations _objects;
    private readonly DeleteOperations _deletes;
    private readonly CopyOperations _copies;
    private readonly TaggingOperations _tagging;
    private readonly MultipartOperations _multipart;
    private readonly CompleteOperation _complete;
    private readonly VersionOperations _versions;
    private readonly AttributesOperation _attributes;
    private readonly AclOperations _acls;
    private readonly LockOperations _locks;
    private readonly CorsOperations _cors;
    private readonly LifecycleOperations _lifecycle;
    private readonly PostOperation _posts;
    private readonly BucketAccess _access;

    public S3Endpoint(
        S3Authenticator authenticator, Credentials credentials, BucketStore buckets, CloudState state, FaultGate faults, BucketGuard guard, RootKeys rootKeys, KnobPanel knobs, TimeProvider time, ILogger<S3Endpoint> logger)
    {
        _authenticator = authenticator;
        _faults = faults;
        _guard = guard;
        _time = time;
        _logger = logger;
        var access = _access = new BucketAccess(buckets, state);
        var acls = new AclInput(access);
        _buckets = new BucketOperations(buckets, access, acls, rootKeys, time);
        _lists = new ListOperations(access);
        _objects = new ObjectOperations(access, acls, time);
        _deletes = new DeleteOperations(access, time);
        _copies = new CopyOperations(access, acls, time);
        _tagging = new TaggingOperations(access);
        _multipart = new MultipartOperations(access, acls, time);
        _versions = new VersionOperations(access);
        _attributes = new AttributesOperation(access);
        _acls = new AclOperations(access, acls);
        _locks = new LockOperations(access, time);
        _cors = new CorsOperations(buckets, access);
        _lifecycle = new LifecycleOperations(access);
        _posts = new PostOperation(access, acls, new PostSignature(credentials), time);
        _complete = new CompleteOperation(access, knobs, time);
    }

    public async Task HandleAsync(HttpContext context, RequestTarget target)
    {
        var id = Guid.NewGuid().ToString();
        var headers = context.Response.Headers;
        headers.Server = "Cleversafe";
        headers["X-Clv-Request-Id"] = id;
        headers["X-Clv-S3-Version"] = "2.5";
        headers["x-amz-request-id"] = id;
        S3Request? request = null;
        try
        {
            request = S3Request.Of(context, target);
            Exchange.Of(context).Describe(request.Operation.ToString(), request.Bucket, request.Key);
            _cors.Apply(request);
            var identity = _authenticator.Authenticate(request);
            if (request.Operation == S3Operation.Unsupported)
            {
                throw S3Errors.NotImplemented();
            }

            var fault = await _faults.PassAsync(context);
            _guard.Check(request, identity.Principal);
            var call = new S3Call(request, identity) { Listing = ListingFault.Of(fault, _time.GetUtcNow()) };
            _access.RequireExpectedOwner(call);
            await DispatchAsync(call);
            Log.Served(_logger, request.Operation, request.Bucket, request.Key, context.Response.StatusCode);
        }
        catch (S3Exception refusal)
        {
            Log.Refused(_logger, request?.Operation ?? S3Operation.Unsupported, target.Path, refusal.Status, refusal.Code);
            await RefuseAsync(context, target, id, refusal);
        }
        catch (ApiException planned)
        {
            await RefuseAsync(context, target, id, new S3Exception(planned.Status, planned.Code, planned.Message));
        }
        catch (BadHttpRequestException) when (!context.Response.HasStarted)
        {
            await RefuseAsync(context, target, id, S3Errors.IncompleteBody());
        }
        catch (Exception exception) when (exception is not ConnectionDroppedException && !context.RequestAborted.IsCancellationRequested)
        {
            Log.Failed(_logger, exception, request?.Operation ?? S3Operation.Unsupported, target.Path);
            await RefuseAsync(context, target, id, S3Errors.InternalError());
        }
    }

    private Task DispatchAsync(S3Call call) => call.Request.Operation switch
    {
        S3Operation.ListBuckets => _buckets.ListAsync(call),
        S3Operation.CreateBucket => _buckets.CreateAsync(call),
        S3Operation.HeadBucket => _buckets.HeadAsync(call),
        S3Operation.DeleteBucket => _buckets.DeleteAsync(call),
        S3Operation.GetBucketLocation => _buckets.LocationAsync(call),
        S3Operation.GetBucketVersioning => _versions.GetAsync(call),
        S3Operation.PutBucketVersioning => _versions.PutAsync(call),
        S3Operation.ListObjectVersions => _versions.ListAsync(call),
        S3Operation.ListObjects => _lists.ListV1Async(call),
        S3Operation.ListObjectsV2 => _lists.ListV2Async(call),
        S3Operation.ListMultipartUploads => _lists.ListUploadsAsync(call),
        S3Operation.DeleteObjects => _deletes.DeleteManyAsync(call),
        S3Operation.GetObject => _objects.GetAsync(call),
        S3Operation.HeadObject => _objects.HeadAsync(call),
        S3Operation.PostObject => _posts.PostAsync(call),
        S3Operation.PutObject => _objects.PutAsync(call),
        S3Operation.DeleteObject => _objects.DeleteAsync(call),
        S3Operation.CopyObject => _copies.CopyAsync(call),
        S3Operation.CreateMultipartUpload => _multipart.CreateAsync(call),
        S3Operation.UploadPart => _multipart.UploadPartAsync(call),
        S3Operation.UploadPartCopy => _multipart.CopyPartAsync(call),
        S3Operation.ListParts => _multipart.ListPartsAsync(call),
        S3Operation.AbortMultipartUpload => _multipart.AbortAsync(call),
        S3Operation.CompleteMultipartUpload => _complete.CompleteAsync(call),
        S3Operation.GetObjectTagging => _tagging.GetAsync(call),
        S3Operation.PutObjectTagging => _tagging.PutAsync(call),
        S3Operation.DeleteObjectTagging => _tagging.DeleteAsync(call),
        S3Operation.GetBucketTagging => _tagging.GetOfBucketAsync(call),
        S3Operation.PutBucketTagging => _tagging.PutOfBucketAsync(call),
        S3Operation.DeleteBucketTagging => _tagging.DeleteOfBucketAsync(call),
        S3Operation.GetObjectAttributes => _attributes.GetAsync(call),
        S3Operation.GetBucketAcl => _acls.GetOfBucketAsync(call),
        S3Operation.PutBucketAcl => _acls.PutOfBucketAsync(call),
        S3Operation.GetObjectAcl => _acls.GetOfObjectAsync(call),
        S3Operation.PutObjectAcl => _acls.PutOfObjectAsync(call),
        S3Operation.GetPublicAccessBlock => _acls.GetBlockAsync(call),
        S3Operation.PutPublicAccessBlock => _acls.PutBlockAsync(call),
        S3Operation.DeletePublicAccessBlock => _acls.DeleteBlockAsync(call),
        S3Operation.GetBucketCors => _cors.GetAsync(call),
        S3Operation.PutBucketCors => _cors.PutAsync(call),
        S3Operation.DeleteBucketCors => _cors.DeleteAsync(call),
        S3Operation.Preflight => _cors.PreflightAsync(call),
        S3Operation.GetBucketLifecycleConfiguration => _lifecycle.GetAsync(call),
        S3Operation.PutBucketLifecycleConfiguration => _lifecycle.PutAsync(call),
        S3Operation.DeleteBucketLifecycle => _lifecycle.DeleteAsync(call),
        S3Operation.GetObjectLockConfiguration => _locks.GetOfBucketAsync(call),
        S3Operation.PutObjectLockConfiguration => _locks.PutOfBucketAsync(call),
        S3Operation.GetObjectRetention => _locks.GetRetentionAsync(call),
        S3Operation.PutObjectRetention => _locks.PutRetentionAsync(call),
        S3Operation.GetObjectLegalHold => _locks.GetLegalHoldAsync(call),
        S3Operation.PutObjectLegalHold => _locks.PutLegalHoldAsync(call),
        _ => throw S3Errors.NotImplemented(),
    };

    private static async Task RefuseAsync(HttpContext context, RequestTarget target, string id, S3Exception refusal)
    {
        Exchange.Of(context).Code = refusal.Code;
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        if (context.Request.Headers.Expect.Count > 0)
        {
            // A client that waits for 100-continue may now leave the body out, or send it: what follows on this connection is anyone's guess.
            context.Response.Headers.Connection = "close";
        }

        context.Response.Headers.ETag = default;
        context.Response.Headers.ContentRange = default;
        using var xml = new S3Xml();
        await xml.Open("Error")
            .Element("Code", refusal.Code)
            .Element("Message", refusal.Message)
            .Element("Resource", Uri.UnescapeDataString(target.Path))
            .Element("RequestId", id)
            .Element("httpStatusCode", refusal.Status)
            .Close("Error")
            .SendAsync(context, refusal.Status);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Debug, Message = "{Operation} {Bucket}/{Key} {Status}")]
        public static partial void Served(ILogger logger, S3Operation operation, string bucket, string key, int status);

        [LoggerMessage(Level = LogLevel.Debug, Message = "{Operation} {Path} refused with {Status} {Code}")]
        public static partial void Refused(ILogger logger, S3Operation operation, string path, int status, string code);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Operation} {Path} failed")]
        public static partial void Failed(ILogger logger, Exception exception, S3Operation operation, string path);
    }
}
