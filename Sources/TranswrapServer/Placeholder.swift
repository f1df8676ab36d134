internal import AsyncHTTPClient
internal import JWTKit
